"""Where the servers of this session are, and what that means for the product's environment variables."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from tests.services.ports import BLOCK_SIZE

VARIABLE = "CMS_TEST_SERVICES"
"""Carries the addresses from the pytest process that starts the servers to its workers."""

MAIN_WORKER = "main"
"""Name of the only worker, when pytest runs without xdist."""


_FOR_SERVERS = 16
"""How many ports of the block are for the servers that all workers share."""


@dataclass(frozen=True)
class Addresses:
    """Where everything is. One `secret` opens every server; it is full of characters that are special in URLs."""

    folder: str
    secret: str
    first_port: int

    @classmethod
    def choose(cls, folder: Path, first_port: int) -> Addresses:
        """Addresses with a new secret."""
        return cls(str(folder), f"p{secrets.token_urlsafe(16)}@:/?#%&+=!", first_port)

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
    def postgresql_port(self) -> int:
        return self.first_port + 1

    @property
    def redis_port(self) -> int:
        return self.first_port + 2

    @property
    def smtp_port(self) -> int:
        return self.first_port + 3

    @property
    def s3_port(self) -> int:
        return self.first_port + 4

    @property
    def s3_internal_ports(self) -> range:
        """What the parts of the S3 server talk to each other on. Nobody else has business there."""
        return range(self.first_port + 5, self.first_port + _FOR_SERVERS)

    @property
    def s3_url(self) -> str:
        return f"http://127.0.0.1:{self.s3_port}"

    def live_port(self, worker: str) -> int:
        """Where the running CMS of one worker listens."""
        offset = _FOR_SERVERS + _number(worker)
        assert offset < BLOCK_SIZE, "too many workers"
        return self.first_port + offset

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
