"""Development, and `make run`: works with nothing set. State lives in VAR_DIR, secrets are made there at random."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from settings import env
from settings.local_secrets import local_secret
from settings.topics.paths import VAR_DIR

env.assume(
    SECRET_KEY=local_secret(VAR_DIR / "secrets", "secret_key"),
    JWT_SECRET=local_secret(VAR_DIR / "secrets", "jwt_secret"),
    DATABASE_URL=f"sqlite:///{quote(str(VAR_DIR / 'db.sqlite3'))}",
    ALLOWED_HOSTS="*",
    HOST="127.0.0.1",
    LOG_FORMAT="text",
    WEB_WORKERS="1",
    RATE_LIMIT_MAX="10000",
    SHUTDOWN_DELAY="0s",
    SMTP_SECURITY="none",
)

from settings.topics.server import PORT

env.assume(BASE_URL=f"http://localhost:{PORT}")

from settings.base import *

# Static files come straight from the packages: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a folder that is not there
OPERATIONS_OPEN = True
if not REDIS_URL:
    # `make run` has a server, a worker and a scheduler, which have to forget an answer together.
    CACHES = CACHES | {"responses": folder_cache(VAR_DIR / "cache" / "responses")}
