"""Production: the strict base, and a refusal to start with anything unsafe."""

from __future__ import annotations

from settings.base import *
from settings.guards import refuse_unsafe

refuse_unsafe(globals())
