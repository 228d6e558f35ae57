"""Where the servers of this session are, and what that means for the product's environment variables."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from tests.services.processes import free_ports

VARIABLE = "CMS_TEST_SERVICES"
"""Carries the addresses from the pytest process that starts the servers to its workers."""

MAIN_WORKER = "main"
"""Name of the only worker, when pytest runs without xdist."""


@dataclass(frozen=True)
class Addresses:
    """Ports on 127.0.0.1. One `secret` opens every server; it is full of characters that are special in URLs."""

    folder: str
    secret: str
    postgresql_port: int
    redis_port: int
    s3_port: int
    smtp_port: int

    @classmethod
    def choose(cls, folder: Path) -> Addresses:
        """Take free ports and a new secret."""
        postgresql, redis, s3, smtp = free_ports(4)
        secret = f"p{secrets.token_urlsafe(16)}@:/?#%&+=!"
        return cls(str(folder), secret, postgresql, redis, s3, smtp)

    @classmethod
    def inherited(cls) -> Addresses | None:
        """What the process that started the servers wrote down; None in that process itself."""
        written = os.environ.get(VARIABLE)
        return cls(**json.loads(written)) if written else None

    def hand_down(self) -> None:
        """Write the addresses down for the workers."""
        os.environ[VARIABLE] = json.dumps(asdict(self))

    def database_url(self, name: str) -> str:
        """URL of one database, as the role of the product, which is no superuser."""
        return f"postgresql://cms:{quote(self.secret, safe='')}@127.0.0.1:{self.postgresql_port}/{name}"

    @property
    def s3_url(self) -> str:
        return f"http://127.0.0.1:{self.s3_port}"

    def variables(self, worker: str) -> dict[str, str]:
        """The product's environment for one worker: everything in it is that worker's alone."""
        return {
            "DATABASE_URL": self.database_url(f"test_{worker}"),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/{_number(worker)}",
            "REDIS_PASSWORD": self.secret,
            "AWS_ACCESS_KEY_ID": "cms",
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": "us-east-1",
            "AWS_S3_BUCKET": f"test-{worker}",
            "AWS_S3_ENDPOINT_URL": self.s3_url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp_port),
            "SMTP_USER": worker,
            "SMTP_PASS": self.secret,
            "SMTP_SECURITY": "none",
            "VAR_DIR": str(Path(self.folder) / f"var-{worker}"),
        }


def current_worker() -> str:
    """`gw0`, `gw1` … under xdist, else `main`."""
    return os.environ.get("PYTEST_XDIST_WORKER", MAIN_WORKER)


def _number(worker: str) -> int:
    return 0 if worker == MAIN_WORKER else int(worker.removeprefix("gw")) + 1
