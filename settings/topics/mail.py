"""Mail: queued in the database with the change that causes it, sent over SMTP by the worker."""

from __future__ import annotations

from settings import env

SMTP_HOST = env.text("SMTP_HOST", default="", help="Mail server. Without it mail is written to files in VAR_DIR/mail.")
EMAIL_HOST = SMTP_HOST
EMAIL_PORT = env.integer("SMTP_PORT", default=587, minimum=1, maximum=65535, help="Port of the mail server.")
EMAIL_HOST_USER = env.text("SMTP_USER", default="", help="Account on the mail server.")
EMAIL_HOST_PASSWORD = env.secret("SMTP_PASS", default="", help="Password of that account.")
SMTP_SECURITY = env.choice(
    "SMTP_SECURITY",
    ("starttls", "tls", "none"),
    default="starttls",
    help="How the connection to the mail server is encrypted.",
)
EMAIL_USE_TLS = SMTP_SECURITY == "starttls"
EMAIL_USE_SSL = SMTP_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "MAIL_FROM", default="Government CMS <no-reply@localhost>", help="Sender of all mail."
)
WAGTAILADMIN_NOTIFICATION_FROM_EMAIL = DEFAULT_FROM_EMAIL
WAGTAILADMIN_NOTIFICATION_USE_HTML = False

EMAIL_BACKEND = "cms.operations.mail.QueuedEmailBackend"
