"""The two stores on S3 or a server that speaks its protocol."""

from __future__ import annotations

import mimetypes
from typing import Any

import boto3
from botocore.config import Config
from django.urls import reverse
from django.utils.functional import cached_property
from storages.backends.s3 import S3Storage

from documents.storages import PRIVATE_STORE, PUBLIC_STORE

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 10

NEUTRAL_TYPE = "binary/octet-stream"
"""Amazon's own default. Some servers take the more usual application/octet-stream as a request to guess by the name."""


def client_config(addressing_style: str) -> Config:
    """How we talk to S3: signatures of version 4, and an end to waiting, so that a dead store cannot hold requests."""
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": addressing_style},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 2},
        # Other servers than Amazon's may not know the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class _Store(S3Storage):
    """What both stores have in common."""

    deconstructed: tuple[str, list[Any], dict[str, Any]]

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=client_config(options.get("addressing_style") or "auto"), **options)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.deconstructed


class PublicS3Storage(_Store):
    """Rendered images, readable by everybody."""

    deconstructed = PUBLIC_STORE

    def _get_write_parameters(self, name: str, content: Any = None) -> dict[str, Any]:
        """Add the media type. It follows from the name that we made, never from what an uploader said."""
        media_type = mimetypes.guess_type(name)[0] or ""
        safe = media_type if media_type.startswith("image/") and "svg" not in media_type else NEUTRAL_TYPE
        return {**self.get_object_parameters(name), "ContentType": safe}


class PrivateS3Storage(_Store):
    """Documents and original images, readable by nobody without a signature."""

    deconstructed = PRIVATE_STORE

    def __init__(self, **options: Any) -> None:
        self.public_endpoint_url = options.pop("public_endpoint_url", None)
        super().__init__(**options)

    def _get_write_parameters(self, name: str, content: Any = None) -> dict[str, Any]:
        """Keep the object's own type neutral: each signed link says what the answer is."""
        return {**self.get_object_parameters(name), "ContentType": NEUTRAL_TYPE}

    def url(
        self,
        name: str | None,
        parameters: dict[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """The path of ours that checks who asks. Signing is `sign`, and only `documents.downloads` does it."""
        return reverse("documents_file", args=[name])

    @cached_property
    def _signing_client(self) -> Any:
        """A client that signs for the address under which browsers reach the store. Signing itself needs no network."""
        session = boto3.Session(
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            aws_session_token=self.security_token,
        )
        return session.client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.public_endpoint_url or self.endpoint_url,
            config=self.client_config,
        )

    def sign(self, name: str, *, method: str, media_type: str, disposition: str) -> str:
        """A link to the object that works for `querystring_expire` seconds, with `method` only.

        HEAD has to be signed as HEAD: the method is part of a version 4 signature.
        """
        link: str = self._signing_client.generate_presigned_url(
            "get_object" if method == "GET" else "head_object",
            Params={
                "Bucket": self.bucket_name,
                "Key": self._normalize_name(name),
                "ResponseContentType": media_type,
                "ResponseContentDisposition": disposition,
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=self.querystring_expire,
        )
        return link
