"""Handing a private file to somebody who may have it: a signed link on S3, the bytes themselves elsewhere."""

from __future__ import annotations

import logging
from typing import cast

from botocore.exceptions import BotoCoreError, ClientError
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from documents.filetypes import UNKNOWN
from documents.storages import sign_download

logger = logging.getLogger(__name__)


class StoreUnavailable(APIException):
    """The store of files does not answer. DRF turns it into 503 with Retry-After."""

    status_code = 503
    default_detail = _("Files cannot be fetched at the moment. Try again shortly.")
    default_code = "store_unavailable"
    wait = 10


def file_response(
    request: HttpRequest, file: FieldFile, *, media_type: str, disposition: str, sha256: str = ""
) -> HttpResponseBase:
    """Answer GET or HEAD with the private `file`. The caller has checked that the asker may have it.

    302 to a link that lives minutes where the store signs, else 200 with the bytes, or 304 when the asker has them.
    Raises Http404 when the store has lost the file, StoreUnavailable when it does not answer. Nobody may cache it.
    """
    name = str(file.name)
    try:
        link = sign_download(name, method=str(request.method), media_type=media_type, disposition=disposition)
        if link is None:
            return unshared(_stream(request, file, media_type or UNKNOWN, disposition, sha256))
        if not file.storage.exists(name):
            raise FileNotFoundError(name)
        return unshared(HttpResponseRedirect(link))
    except FileNotFoundError:
        logger.exception("The store has lost a file", extra={"file_name": name})
        raise Http404 from None
    except (BotoCoreError, ClientError, OSError):
        logger.exception("The store does not answer", extra={"file_name": name})
        raise StoreUnavailable from None


def _stream(request: HttpRequest, file: FieldFile, media_type: str, disposition: str, sha256: str) -> HttpResponseBase:
    etag = f'"{sha256}"' if sha256 else None
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return cast("HttpResponseBase", unchanged)
    name = str(file.name)
    headers = {
        "Content-Type": media_type,
        "Content-Disposition": disposition,
        "Content-Length": str(file.storage.size(name)),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if etag:
        headers["ETag"] = etag
    response = HttpResponse() if request.method == "HEAD" else FileResponse(file.storage.open(name))
    # Afterwards, because FileResponse sets some of them itself, and differently.
    for header, value in headers.items():
        response[header] = value
    return response


def inline(filename: str) -> str:
    """A Content-Disposition for pictures that we drew ourselves."""
    return content_disposition_header(as_attachment=False, filename=filename) or "inline"


def unshared(response: HttpResponseBase) -> HttpResponseBase:
    """Mark an answer as nobody's to keep: neither a proxy's, nor another person's on the same machine."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response
