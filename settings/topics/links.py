"""Checking the links in the content: `check_links`."""

from __future__ import annotations

from settings import env

LINK_CHECK_EXTERNAL = env.flag(
    "LINK_CHECK_EXTERNAL",
    default=False,
    help="Whether the check also asks other websites whether the pages that we link to are there.",
)
LINK_CHECK_PRIVATE_HOSTS = env.items(
    "LINK_CHECK_PRIVATE_HOSTS",
    default=[],
    pattern=r"[A-Za-z0-9.-]+(:[0-9]{1,5})?",
    wanted="host names, separated by commas",
    help="Hosts of your own network that the check may ask at ports 80 and 443, or at another one as `host:port`.",
)
