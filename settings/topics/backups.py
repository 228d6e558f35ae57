"""Backups: where they go, with which key, how long they stay, and where a drill tries them."""

from __future__ import annotations

import os
import re

from settings import env
from settings.topics.storage import AWS_REGION

BACKUP_REPOSITORY = env.text(
    "BACKUP_REPOSITORY",
    default="",
    help="Where backups go: a folder, or a bucket as s3:https://s3.eu-west-2.amazonaws.com/bucket/prefix. One for each "
    "installation. Without it there are no backups.",
)
if BACKUP_REPOSITORY and not re.fullmatch(r"/.*|s3:https?://[^/@?#\s]+/[^/@?#\s][^@?#\s]*", BACKUP_REPOSITORY):
    raise env.ConfigurationError(
        "BACKUP_REPOSITORY",
        "something else",  # what somebody tried may hold a password
        "a folder that starts with /, or s3:https://host/bucket/prefix without a key in it",
    )
BACKUP_PASSWORD = env.secret(
    "BACKUP_PASSWORD",
    default="",
    min_bytes=16,
    help="Encrypts the backups. Keep a copy outside of this installation: without it they cannot be read by anybody.",
)
BACKUP_AWS_ACCESS_KEY_ID = env.text(
    "BACKUP_AWS_ACCESS_KEY_ID",
    default="",
    help="Access key of the bucket for backups: not AWS_ACCESS_KEY_ID, which must not be able to delete them. Leave it "
    "out where the machine has a role of its own.",
)
BACKUP_AWS_SECRET_ACCESS_KEY = env.secret("BACKUP_AWS_SECRET_ACCESS_KEY", default="", help="Secret of that access key.")
if bool(BACKUP_AWS_ACCESS_KEY_ID) != bool(BACKUP_AWS_SECRET_ACCESS_KEY):
    raise env.ConfigurationError(
        "BACKUP_AWS_SECRET_ACCESS_KEY" if BACKUP_AWS_ACCESS_KEY_ID else "BACKUP_AWS_ACCESS_KEY_ID",
        None,
        "both BACKUP_AWS_ACCESS_KEY_ID and BACKUP_AWS_SECRET_ACCESS_KEY, or neither",
    )
BACKUP_AWS_REGION = env.text(
    "BACKUP_AWS_REGION", default=AWS_REGION, shown="that of AWS_REGION", help="Region of the bucket for backups."
)
BACKUP_KEEP_DAYS = env.integer(
    "BACKUP_KEEP_DAYS",
    default=30,
    minimum=0,
    maximum=3650,
    help="How many days a backup is kept. The newest one always is. 0: none is ever removed, for a key that may not "
    "delete.",
)
RESTORE_DATABASE_URL = env.url(
    "RESTORE_DATABASE_URL",
    default="",
    schemes=("postgresql", "postgres"),
    secret=True,
    help="The database that `restore_backup --into-database` fills when the option names none.",
)
RESTORE_DRILL_DATABASE_URL = env.url(
    "RESTORE_DRILL_DATABASE_URL",
    default="",
    schemes=("postgresql", "postgres"),
    secret=True,
    help="An empty database for restore drills only. Without it a drill makes one beside the main one, and drops it.",
)

_HANDED_ON = (
    "PATH",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    # How a machine proves its role to Amazon.
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)
BACKUP_PROCESS_ENVIRONMENT = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
"""All that restic and PostgreSQL's programs get of our environment. Our secrets are none of their business."""
