"""Where files live: what people upload is private, rendered images are public. On S3 where a bucket is named, in
VAR_DIR elsewhere."""

from __future__ import annotations

from typing import Any

from settings import env
from settings.topics.paths import VAR_DIR

AWS_ACCESS_KEY_ID = env.text(
    "AWS_ACCESS_KEY_ID", default="", help="Access key. Leave it out where the machine has a role of its own."
)
AWS_SECRET_ACCESS_KEY = env.secret("AWS_SECRET_ACCESS_KEY", default="", help="Secret of the access key.")
if bool(AWS_ACCESS_KEY_ID) != bool(AWS_SECRET_ACCESS_KEY):
    raise env.ConfigurationError(
        "AWS_SECRET_ACCESS_KEY" if AWS_ACCESS_KEY_ID else "AWS_ACCESS_KEY_ID",
        None,
        "both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither",
    )
AWS_REGION = env.text("AWS_REGION", default="us-east-1", help="Region of the buckets.")
AWS_S3_BUCKET = env.text(
    "AWS_S3_BUCKET",
    default="",
    help="Bucket for files. Without it files live in VAR_DIR. Only its prefix media/ may be readable by the public.",
)
AWS_S3_MEDIA_BUCKET = env.text(
    "AWS_S3_MEDIA_BUCKET", default="", help="A bucket of its own for public media. Default: AWS_S3_BUCKET."
)
AWS_S3_CDN_URL = env.url(
    "AWS_S3_CDN_URL",
    default="",
    help="Address under which the public reads media, with no trailing slash. Documents never use it.",
)
AWS_S3_ENDPOINT_URL = env.url(
    "AWS_S3_ENDPOINT_URL", default="", help="Address of an S3 server other than Amazon's, such as MinIO."
)
AWS_S3_PUBLIC_ENDPOINT_URL = env.url(
    "AWS_S3_PUBLIC_ENDPOINT_URL",
    default="",
    help="Address under which browsers reach that S3 server, when AWS_S3_ENDPOINT_URL is an inner one. Signed links "
    "and public media use it.",
)
DOCUMENT_LINK_LIFETIME = env.duration(
    "DOCUMENT_LINK_LIFETIME",
    default="5m",
    minimum="10s",
    maximum="7d",  # S3 refuses signatures that are valid for longer
    help="How long a signed download link of a document works.",
)
DOCUMENT_LINK_LIFETIME_SECONDS = int(DOCUMENT_LINK_LIFETIME.total_seconds())

MAX_FILE_SIZE = env.integer(
    "MAX_FILE_SIZE",
    default=5 * 1024 * 1024,
    minimum=1,
    maximum=5 * 1024**3,
    help="The largest upload, in bytes: images and documents.",
)
ALLOWED_FILE_TYPES = env.items(
    "ALLOWED_FILE_TYPES",
    default=[
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/avif",
        "application/pdf",
        "text/csv",
        "text/plain",
        "application/zip",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ],
    pattern=r"[a-z]+/[a-z0-9][a-z0-9.+-]*",
    wanted="media types such as image/jpeg or application/pdf, separated by commas",
    help="Media types that may be uploaded. The content is looked at, not only the name.",
)

MAX_IMAGE_PIXELS = env.integer(
    "MAX_IMAGE_PIXELS",
    default=50_000_000,
    minimum=1_000_000,
    maximum=500_000_000,
    help="The most pixels of an image, all frames together: a small file can unpack to one that fills the memory.",
)
UPLOAD_SCANNER = env.text(
    "UPLOAD_SCANNER",
    default="",
    help="Dotted path of a Python function that scans each upload for viruses. Without it nothing is scanned.",
)
_SIDE = "[1-9][0-9]{0,3}"
_RENDITION = rf"(width|height)-{_SIDE}|(max|min|fill)-{_SIDE}x{_SIDE}|fill-{_SIDE}x{_SIDE}-c(100|[1-9]?[0-9])"
API_RENDITIONS = env.items(
    "API_RENDITIONS",
    default=[
        "width-320",
        "width-640",
        "width-960",
        "width-1280",
        "width-1920",
        "fill-320x180",
        "fill-640x360",
        "fill-1280x720",
        "fill-160x160",
        "fill-320x320",
        "fill-640x640",
        "fill-1200x630",
    ],
    pattern=_RENDITION,
    wanted="sizes such as width-640, max-800x600 or fill-800x450, separated by commas",
    help="The sizes and crops of images that the API offers, as filters of Wagtail. No others are ever made for it.",
)
API_DEFAULT_RENDITIONS = env.items(
    "API_DEFAULT_RENDITIONS",
    default=[name for name in API_RENDITIONS if name.startswith("width-")] or API_RENDITIONS[:1],
    shown="those of `API_RENDITIONS` that begin with `width-`",
    pattern=_RENDITION,
    wanted="some of API_RENDITIONS, separated by commas",
    help="Those that an image has in an answer when the request does not choose. They are made after each upload.",
)
if _strangers := set(API_DEFAULT_RENDITIONS) - set(API_RENDITIONS):
    raise env.ConfigurationError("API_DEFAULT_RENDITIONS", ", ".join(sorted(_strangers)), "some of API_RENDITIONS")
API_MODERN_IMAGE_FORMATS = ["avif", "webp"]
RENDITION_WAIT_SECONDS = 5

_IMAGE_EXTENSIONS = {
    "image/avif": ["avif"],
    "image/gif": ["gif"],
    "image/jpeg": ["jpg", "jpeg"],
    "image/png": ["png"],
    "image/webp": ["webp"],
}
WAGTAILIMAGES_EXTENSIONS = [
    extension
    for media_type, extensions in _IMAGE_EXTENSIONS.items()
    if media_type in ALLOWED_FILE_TYPES
    for extension in extensions
]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS
WAGTAILIMAGES_IMAGE_FORM_BASE = "documents.forms.ImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "documents.forms.DocumentForm"

MEDIA_URL = f"{AWS_S3_CDN_URL}/" if AWS_S3_BUCKET and AWS_S3_CDN_URL else "/media/"
MEDIA_ROOT = str(VAR_DIR / "media")
PRIVATE_ROOT = str(VAR_DIR / "private")
STATIC_URL = "/static/"
STATIC_ROOT = env.text(
    "STATIC_ROOT",
    default=str(VAR_DIR / "static"),
    shown="`static/` in VAR_DIR",
    help="Folder that `collectstatic` fills when the image is built.",
)


def _s3(backend: str, bucket: str, prefix: str, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": f"documents.storages.s3.{backend}",
        "OPTIONS": {
            "access_key": AWS_ACCESS_KEY_ID or None,
            "secret_key": AWS_SECRET_ACCESS_KEY or None,
            "region_name": AWS_REGION,
            "endpoint_url": AWS_S3_ENDPOINT_URL or None,
            "bucket_name": bucket,
            "location": prefix,
            # Two files of one name must never replace each other (storages/backends/s3.py defaults to True).
            "file_overwrite": False,
            "default_acl": None,
            "addressing_style": "path" if AWS_S3_ENDPOINT_URL else "auto",
        }
        | options,
    }


def _local(backend: str, root: str, url: str | None) -> dict[str, Any]:
    return {"BACKEND": f"documents.storages.local.{backend}", "OPTIONS": {"location": root, "base_url": url}}


_S3_ADDRESS = AWS_S3_PUBLIC_ENDPOINT_URL or AWS_S3_ENDPOINT_URL
# Where the public reads media: the CDN, or the S3 server as browsers see it. Empty: Amazon's own address.
_MEDIA_ADDRESS = AWS_S3_CDN_URL or (f"{_S3_ADDRESS}/{AWS_S3_MEDIA_BUCKET or AWS_S3_BUCKET}" if _S3_ADDRESS else "")
_MEDIA_SCHEME, _, _MEDIA_PLACE = _MEDIA_ADDRESS.partition("://")

_PRIVATE = (
    _s3(
        "PrivateS3Storage",
        AWS_S3_BUCKET,
        "private",
        querystring_auth=True,
        querystring_expire=DOCUMENT_LINK_LIFETIME_SECONDS,
        public_endpoint_url=AWS_S3_PUBLIC_ENDPOINT_URL or None,
        object_parameters={"CacheControl": "private, no-store"},
    )
    if AWS_S3_BUCKET
    else _local("PrivateFileSystemStorage", PRIVATE_ROOT, None)
)

STORAGES = {
    # What does not say where it wants to live lives in private: Wagtail keeps half-finished uploads here.
    "default": _PRIVATE,
    # Documents, original images, renditions of restricted images. Read through signed links, after a check.
    "private": _PRIVATE,
    # Renditions of images that everybody may see. A name never comes back with other content, but an image can be
    # withdrawn: a CDN has to ask again within the hour.
    "media": _s3(
        "PublicS3Storage",
        AWS_S3_MEDIA_BUCKET or AWS_S3_BUCKET,
        "media",
        querystring_auth=False,
        custom_domain=_MEDIA_PLACE or None,
        url_protocol=f"{_MEDIA_SCHEME or 'https'}:",
        object_parameters={"CacheControl": "public, max-age=86400, s-maxage=3600"},
    )
    if AWS_S3_BUCKET
    else _local("PublicFileSystemStorage", MEDIA_ROOT, "/media/"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
