"""The S3 bucket of one worker, as tests look into it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.services import s3
from tests.services.addresses import Addresses


class Bucket:
    """What is in the bucket, seen by its administrator, and by somebody with no key at all."""

    def __init__(self, addresses: Addresses, name: str) -> None:
        self.name = name
        self.url = f"{addresses.s3_url}/{name}"
        self.client: Any = s3.client(addresses)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys of all objects under `prefix`, in order."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))

    def read(self, key: str) -> bytes:
        """The content of one object."""
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def get_anonymously(self, key: str) -> httpx.Response:
        """What the public gets: 200 under media/, 403 elsewhere."""
        return httpx.get(f"{self.url}/{key}", trust_env=False)

    def empty(self) -> None:
        """Delete every object."""
        for key in self.keys():
            self.client.delete_object(Bucket=self.name, Key=key)
