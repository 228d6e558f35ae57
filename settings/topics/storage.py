"""Where files live: public media and private documents, on S3 where a bucket is named, in VAR_DIR elsewhere."""

from __future__ import annotations

from typing import Any

from settings import env
from settings.topics.paths import VAR_DIR

AWS_ACCESS_KEY_ID = env.text(
    "AWS_ACCESS_KEY_ID", default="", help="Access key. Leave it out where the machine has a role of its own."
)
AWS_SECRET_ACCESS_KEY = env.secret("AWS_SECRET_ACCESS_KEY", default="", help="Secret of the access key.")
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
DOCUMENT_LINK_LIFETIME = env.duration(
    "DOCUMENT_LINK_LIFETIME", default="5m", help="How long a signed download link of a document works."
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
    help="Media types that may be uploaded. The content is looked at, not only the name.",
)

MEDIA_URL = f"{AWS_S3_CDN_URL}/" if AWS_S3_BUCKET and AWS_S3_CDN_URL else "/media/"
MEDIA_ROOT = str(VAR_DIR / "media")
PRIVATE_ROOT = str(VAR_DIR / "private")
STATIC_URL = "/static/"
STATIC_ROOT = env.text(
    "STATIC_ROOT", default=str(VAR_DIR / "static"), help="Folder that `collectstatic` fills when the image is built."
)


def _s3(bucket: str, prefix: str, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
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
            "signature_version": "s3v4",
            "addressing_style": "path" if AWS_S3_ENDPOINT_URL else "auto",
        }
        | options,
    }


def _local(root: str, url: str | None) -> dict[str, Any]:
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": root, "base_url": url}}


_CDN_DOMAIN = AWS_S3_CDN_URL.partition("://")[2] if AWS_S3_CDN_URL else None

STORAGES = {
    # Public: rendered images. Long-lived, because a file's name never comes back with other content.
    "default": _s3(
        AWS_S3_MEDIA_BUCKET or AWS_S3_BUCKET,
        "media",
        querystring_auth=False,
        custom_domain=_CDN_DOMAIN,
        url_protocol="http:" if AWS_S3_CDN_URL and AWS_S3_CDN_URL.startswith("http:") else "https:",
        object_parameters={"CacheControl": "public, max-age=31536000, immutable"},
    )
    if AWS_S3_BUCKET
    else _local(MEDIA_ROOT, "/media/"),
    # Private: documents, original images. Read only through signed links that we hand out after a check.
    "private": _s3(
        AWS_S3_BUCKET,
        "private",
        querystring_auth=True,
        querystring_expire=DOCUMENT_LINK_LIFETIME_SECONDS,
        object_parameters={"CacheControl": "private, no-store"},
    )
    if AWS_S3_BUCKET
    else _local(PRIVATE_ROOT, None),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
