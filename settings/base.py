"""The strict configuration that every environment starts from: all topics together."""

from __future__ import annotations

import os

from settings.topics.api import *
from settings.topics.apps import *
from settings.topics.backups import *
from settings.topics.caches import *
from settings.topics.cors import *
from settings.topics.database import *
from settings.topics.links import *
from settings.topics.logging import *
from settings.topics.mail import *
from settings.topics.observability import *
from settings.topics.paths import *
from settings.topics.security import *
from settings.topics.server import *
from settings.topics.storage import *
from settings.topics.tasks import *
from settings.topics.wagtail import *

APP_ENV = os.environ["DJANGO_SETTINGS_MODULE"].rpartition(".")[2]
