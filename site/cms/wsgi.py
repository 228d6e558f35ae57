"""The WSGI application that Granian serves."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from settings import select_settings_module

select_settings_module()
application = get_wsgi_application()
