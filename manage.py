#!/usr/bin/env python
"""Run a management command: `python manage.py help` lists them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# site/ is a source root, as its README explains.
sys.path[:0] = [str(ROOT), str(ROOT / "site")]


def main() -> None:
    """Choose the settings by APP_ENV and hand over to Django."""
    from django.core.management import execute_from_command_line

    from settings import select_settings_module

    select_settings_module()
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])  # for the server processes that `serve` starts
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
