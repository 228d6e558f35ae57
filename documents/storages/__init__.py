"""Where files live: the private store for what people upload, the public one for rendered images.

Nothing of the private store has a public address. Its `url()` answers a path of ours, behind which `documents.views`
checks who asks. Decision 0004 says why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.deconstruct import deconstructible

RESTRICTED_PREFIX = "restricted/"
"""Start of the name of a rendition that lives in the private store, because its image is not for everybody."""


def store(alias: str) -> Storage:
    """The storage that STORAGES calls `alias`.

    Our stores deconstruct to a call of this function: Wagtail writes what it would take to build a storage into the
    row of each background task, and that must not be the keys of the bucket.
    """
    return storages[alias]


PRIVATE_STORE: tuple[str, list[str], dict[str, str]] = (f"{__name__}.{store.__name__}", ["private"], {})
PUBLIC_STORE: tuple[str, list[str], dict[str, str]] = (f"{__name__}.{store.__name__}", ["media"], {})
"""What the stores deconstruct to."""


class RoutedStorage(Storage):
    """A storage that asks, file by file and at the time of use, which store of STORAGES is meant."""

    def store_of(self, name: str) -> Storage:
        """The store in which the file `name` lives."""
        raise NotImplementedError

    def open(self, name: str, mode: str = "rb") -> File[Any]:
        return self.store_of(name).open(name, mode)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        return self.store_of(str(name)).save(name, content, max_length)

    def path(self, name: str) -> str:
        return self.store_of(name).path(name)

    def url(self, name: str | None) -> str:
        return self.store_of(str(name)).url(name)

    def delete(self, name: str) -> None:
        self.store_of(name).delete(name)

    def exists(self, name: str) -> bool:
        return self.store_of(name).exists(name)

    def size(self, name: str) -> int:
        return self.store_of(name).size(name)

    def get_modified_time(self, name: str) -> datetime:
        return self.store_of(name).get_modified_time(name)


@deconstructible(path="documents.storages.PrivateStorage")
class PrivateStorage(RoutedStorage):
    """Documents and original images: always in the private store."""

    def store_of(self, name: str) -> Storage:
        return store("private")


@deconstructible(path="documents.storages.RenditionStorage")
class RenditionStorage(RoutedStorage):
    """Rendered images. The name decides: public, unless it starts with RESTRICTED_PREFIX."""

    def store_of(self, name: str) -> Storage:
        return store("private" if name.startswith(RESTRICTED_PREFIX) else "media")


def sign_download(name: str, *, method: str, media_type: str, disposition: str) -> str | None:
    """A link to the private file `name` that works for a few minutes, or None where the store cannot sign.

    The link is bound to the HTTP method, and makes the store answer with these headers whatever the object says.
    """
    sign = cast("Callable[..., str] | None", getattr(store("private"), "sign", None))
    return sign(name, method=method, media_type=media_type, disposition=disposition) if sign else None
