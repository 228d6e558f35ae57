"""S3: SeaweedFS, the only server found that checks signatures, expiry and who may read without a key."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.services.addresses import Addresses
from tests.services.folders import leave_behind
from tests.services.processes import MissingComponentError, Server, ServerError


def program() -> str:
    """Path of `weed`."""
    found = shutil.which("weed", path=str(Path(sys.prefix) / "bin")) or shutil.which("weed")
    if found is None:
        raise MissingComponentError("The S3 server SeaweedFS is missing. Install it with: scripts/setup.sh test")
    return found


def start(addresses: Addresses) -> Server:
    """Start a server with two accounts: `admin`, and `cms`, which may use buckets but not make or open them."""
    folder = Path(addresses.folder) / "s3"
    folder.mkdir()
    identities = folder / "identities.json"
    identities.write_text(json.dumps({"identities": _identities(addresses.secret)}), encoding="utf-8")
    # Every port is given: the defaults are fixed numbers, and two sessions on one machine would meet there.
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
    ports = dict(zip((*names, "s3.port.grpc"), addresses.s3_internal_ports, strict=False)) | {
        "s3.port": addresses.s3_port,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
    }
    leave_behind(addresses.folder, [f"/tmp/seaweedfs-*-{port}.sock" for port in ports.values() if port])
    command = [
        program(),
        "server",
        f"-dir={folder}",
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer=true", "-s3", f"-s3.config={identities}"),
        *("-master.volumeSizeLimitMB=64", "-volume.max=60", "-master.telemetry=false"),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    # It takes half a minute to end politely, and the data is thrown away.
    return Server("SeaweedFS", command, log=Path(addresses.folder) / "s3.log", stop_signal=signal.SIGKILL, cwd=folder)


def _identities(secret: str) -> list[dict[str, Any]]:
    usage = ["Read", "List", "Tagging", "Write"]
    return [
        {"name": "admin", "credentials": [{"accessKey": "admin", "secretKey": secret}], "actions": ["Admin", *usage]},
        {"name": "cms", "credentials": [{"accessKey": "cms", "secretKey": secret}], "actions": usage},
    ]


def wait(server: Server, addresses: Addresses) -> None:
    """Wait until the server answers, and refuses who has no key: misconfigured, it would let in everybody."""
    statuses: list[int] = []

    def is_ready() -> bool:
        statuses.append(_anonymous_status(addresses.s3_url))
        return 200 <= statuses[-1] < 500

    server.wait(is_ready)
    if statuses[-1] != 403:
        raise ServerError(f"SeaweedFS answered {statuses[-1]} to a request without a key, instead of 403.")


def _anonymous_status(url: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def client(addresses: Addresses, account: str = "admin") -> Any:
    """A boto3 client that signs as `account`."""
    return boto3.client(
        "s3",
        endpoint_url=addresses.s3_url,
        aws_access_key_id=account,
        aws_secret_access_key=addresses.secret,
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 5}),
    )


def create_bucket(addresses: Addresses, bucket: str) -> None:
    """Make a bucket as production has it: everybody may read what is under media/, nobody anything else."""
    admin = client(addresses)
    admin.create_bucket(Bucket=bucket)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/media/*"],
    }
    admin.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
