"""Staging: production's settings, so that what works here works there."""

from __future__ import annotations

from settings.production import *
