"""Wagtail, the languages of the content, and the headless preview."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from settings import env
from settings.topics.storage import MAX_FILE_SIZE

WAGTAIL_SITE_NAME = env.text("SITE_NAME", default="Government CMS", help="Name of the site, as the admin shows it.")
BASE_URL = env.url("BASE_URL", help="Public address of this service, for links in mail: https://cms.example.gov.uk.")
FRONTEND_URL = env.url(
    "FRONTEND_URL",
    default="",
    help="Address of the website that reads the API. Editors are sent there to view pages. Without it the CMS shows "
    "a plain version of each page itself.",
)
PREVIEW_LIFETIME = env.duration("PREVIEW_LIFETIME", default="1h", help="How long the link of a preview works.")
WAGTAILADMIN_BASE_URL = BASE_URL

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", default="Europe/London", help="Time zone of the admin. The API always answers UTC.")
try:
    ZoneInfo(TIME_ZONE)
except (ValueError, OSError, ZoneInfoNotFoundError):
    raise env.ConfigurationError("TIME_ZONE", TIME_ZONE, "a name such as Europe/London") from None
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False

WAGTAILDOCS_DOCUMENT_MODEL = "documents.CustomDocument"
WAGTAILIMAGES_IMAGE_MODEL = "documents.CustomImage"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = MAX_FILE_SIZE
WAGTAILDOCS_MAX_UPLOAD_SIZE = MAX_FILE_SIZE
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# A password shared between readers can neither be revoked for one of them nor sent by an API client.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}

# What was approved is what goes live: an edit during moderation starts the approvals again.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.editorial.publishing.publish_after_approval"

# The dictionary that PostgreSQL finds other forms of words with; otherwise the server's own setting would decide.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.operations.search", "SEARCH_CONFIG": "english"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_RESPONSIVE_HTML = True
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 5
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILREDIRECTS_AUTO_CREATE = True

# With no website to send editors to, pages.models.base renders previews itself.
WAGTAIL_HEADLESS_PREVIEW = {
    "CLIENT_URLS": {"default": FRONTEND_URL or BASE_URL},
    "SERVE_BASE_URL": FRONTEND_URL or None,
    "REDIRECT_ON_PREVIEW": False,
    "ENFORCE_TRAILING_SLASH": False,
}
