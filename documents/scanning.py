"""The seam for a virus scanner: UPLOAD_SCANNER names a function that looks at each new file before it is stored."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable
from typing import IO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.dispatch import Signal
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class Verdict(enum.Enum):
    """What a scanner says about a file."""

    CLEAN = "clean"
    INFECTED = "infected"


file_scanned = Signal()
"""Sent after each scan. `result` is the verdict's value, or `failed`."""

Scanner = Callable[[IO[bytes]], Verdict]


def refuse_infected(file: IO[bytes]) -> None:
    """Raise ValidationError unless the scanner calls `file` clean. A scanner that fails has not called it clean.

    Without UPLOAD_SCANNER nothing is scanned and nothing refused.
    """
    if not settings.UPLOAD_SCANNER:
        return
    try:
        file.seek(0)
        verdict = cast("Scanner", import_string(settings.UPLOAD_SCANNER))(file)
    except Exception:
        logger.exception("The upload scanner failed; the file is refused")
        file_scanned.send(sender=None, result="failed")
        raise ValidationError(
            _("The file could not be checked for viruses. Try again later."), code="scan_failed"
        ) from None
    finally:
        file.seek(0)
    file_scanned.send(sender=None, result="clean" if verdict is Verdict.CLEAN else "infected")
    if verdict is not Verdict.CLEAN:
        logger.warning("The upload scanner refused a file")
        raise ValidationError(_("The virus scanner refused this file."), code="infected")
