"""Waits for the S3 server of the Compose files, then makes the product's bucket as it has to be.

The public may read what is under media/, nobody may anything else without a key. A second bucket, S3_PRIVATE_BUCKET, is
made for backups where it is named. May be repeated. Uses the account of
an administrator (S3_ADMIN_…), which the product itself never has. Each variable may come from a file: NAME_FILE.
"""

# ruff: noqa: INP001 - a script, in no package
from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

SECONDS = 120


def value(name: str) -> str:
    """The variable NAME, or what is in the file that NAME_FILE names."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ[name]


def anonymous_status(url: str) -> int:
    """What the server answers to somebody without a key; 0 when it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def prepare(client: Any, bucket: str) -> None:
    """Make the buckets that are not there, and set the policy of the product's."""
    there = {entry["Name"] for entry in client.list_buckets()["Buckets"]}
    for name in (bucket, os.environ.get("S3_PRIVATE_BUCKET")):
        if name and name not in there:
            client.create_bucket(Bucket=name)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/media/*"],
    }
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def main() -> int:
    """0 when the bucket is ready."""
    url, bucket = value("AWS_S3_ENDPOINT_URL"), value("AWS_S3_BUCKET")
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name=os.environ.get("AWS_REGION") or "us-east-1",
        aws_access_key_id=value("S3_ADMIN_ACCESS_KEY_ID"),
        aws_secret_access_key=value("S3_ADMIN_SECRET_ACCESS_KEY"),
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, connect_timeout=5),
    )
    deadline = time.monotonic() + SECONDS
    while True:
        status = anonymous_status(url)
        try:
            if 200 <= status < 300:
                # That is how it behaves without its accounts: it lets everybody do everything.
                print("The S3 server lets in whoever has no key. Check its file of accounts.", file=sys.stderr)
                return 1
            if status == 403:
                prepare(client, bucket)
                print(f"The bucket {bucket} is ready.")
                return 0
            error: Exception | str = f"it answers {status} at {url}"
        except (BotoCoreError, ClientError) as failure:
            error = failure
        if time.monotonic() > deadline:
            print(f"The S3 server is not ready: {error}", file=sys.stderr)
            return 1
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
