"""Configuration of the product: one module per environment, one topic per file, all of it read from the environment."""

from __future__ import annotations

import os

ENVIRONMENTS = ("development", "staging", "production")
"""The values of APP_ENV that an operator may choose. `build` and `test` are for the image build and the test suite."""


def select_settings_module() -> str:
    """Point Django at the settings module that APP_ENV names, unless DJANGO_SETTINGS_MODULE is set already.

    Returns the dotted name of the module. Raises settings.env.ConfigurationError, which ends the process with one
    line, when APP_ENV is none of the known environments.
    """
    from settings import env

    chosen = os.environ.get("DJANGO_SETTINGS_MODULE")
    if not chosen:
        chosen = f"settings.{env.choice('APP_ENV', ENVIRONMENTS, default='development', help=APP_ENV_HELP)}"
        os.environ["DJANGO_SETTINGS_MODULE"] = chosen
    return chosen


APP_ENV_HELP = "Which settings module is used. Production and staging are strict; development works with nothing set."
