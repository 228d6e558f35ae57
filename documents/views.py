"""The views that hand out private files. What somebody may not see is absent: 404, as if it did not exist."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from math import ceil
from pathlib import PurePosixPath
from threading import BoundedSemaphore

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from PIL import UnidentifiedImageError
from rest_framework.exceptions import APIException
from wagtail.images.models import Filter, SourceImageIOError
from willow.image import UnrecognisedImageFormatError

from documents.access import download_response, requesting_user
from documents.downloads import StoreUnavailable, file_response, inline, unshared
from documents.filetypes import UNKNOWN
from documents.models import CustomDocument, CustomImage, CustomRendition
from documents.renditions import Rendition, find
from documents.representations import attachment
from documents.storages import RESTRICTED_PREFIX
from documents.visibility import Requester, may_preview, may_see

logger = logging.getLogger(__name__)

FileView = Callable[..., HttpResponseBase]

_REDIRECT_LIFETIME_SECONDS = 300
_pencils = BoundedSemaphore(2)
"""How many renditions a process draws at the same time. The rest of its threads stay free for other requests."""


class TooManyDrawings(APIException):
    """As many renditions are being made as the machine can bear."""

    status_code = 503
    default_code = "too_many_drawings"
    wait = 5


def private_files(view: Callable[..., HttpResponseBase]) -> FileView:
    """Find out who asks, and turn refusals into plain answers that nobody keeps. The view gets `(request, user, ...)`.

    Invalid token: 401. Absent, or not theirs to know of: 404. Too many bad tokens: 429. Store away: 503.
    """

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, requesting_user(request), *args, **kwargs)
        except Http404:
            return unshared(_plain("Not found.", 404))
        except APIException as error:
            return unshared(_refusal(error))

    return wrapped


def _refusal(error: APIException) -> HttpResponse:
    answer = _plain(HTTPStatus(error.status_code).phrase + ".", error.status_code)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    wait = getattr(error, "wait", None)
    if wait:
        answer["Retry-After"] = str(ceil(wait))
    return answer


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


@private_files
def serve_document(request: HttpRequest, user: Requester, document_id: str, filename: str) -> HttpResponseBase:
    """A document, at the address that `document.url` gives: see `downloads.download_response`."""
    document: CustomDocument = get_object_or_404(
        CustomDocument.objects.select_related("collection"), pk=int(document_id)
    )
    if document.filename != filename:
        raise Http404
    return download_response(document, user, request)


@private_files
def serve_file(request: HttpRequest, user: Requester, name: str) -> HttpResponseBase:
    """An original image or a restricted rendition, at the address that `file.url` gives."""
    if "\0" in name:
        raise Http404
    rendition = CustomRendition.objects.filter(file=name).select_related("image").first()
    if rendition is not None:
        return _rendition_response(request, user, rendition)
    image = get_object_or_404(CustomImage, file=name)
    if not may_see(user, image):
        raise Http404
    return file_response(
        request,
        image.file,
        media_type=image.media_type or UNKNOWN,
        disposition=attachment(image.filename),
        sha256=image.sha256,
    )


@private_files
def serve_rendition(request: HttpRequest, user: Requester, image_id: int, name: str) -> HttpResponseBase:
    """One of the renditions that the API may show, made now if it does not exist yet."""
    image: CustomImage = get_object_or_404(CustomImage, pk=image_id)
    wanted = find(image, name)
    if wanted is None or not may_preview(user, image):
        raise Http404
    try:
        rendition = _existing(image, wanted) or _drawn(image, wanted)
    except CustomImage.DoesNotExist:  # deleted meanwhile
        raise Http404 from None
    except (SourceImageIOError, UnidentifiedImageError, UnrecognisedImageFormatError):
        logger.exception("The store has lost or damaged a file", extra={"file_name": image.file.name})
        raise Http404 from None
    except (BotoCoreError, ClientError, OSError):
        logger.exception("The store does not answer", extra={"file_name": image.file.name})
        raise StoreUnavailable from None
    return _rendition_response(request, user, rendition)


def _existing(image: CustomImage, wanted: Rendition) -> CustomRendition | None:
    found: dict[Filter, CustomRendition] = image.find_existing_renditions(wanted.filter)
    return found.get(wanted.filter)


def _drawn(image: CustomImage, wanted: Rendition) -> CustomRendition:
    """Draw, with no more than a few others at the same time: it takes a processor for up to some seconds."""
    if not _pencils.acquire(timeout=settings.RENDITION_WAIT_SECONDS):
        raise TooManyDrawings
    try:
        rendition: CustomRendition = image.get_rendition(wanted.filter)
        return rendition
    finally:
        _pencils.release()


def _rendition_response(request: HttpRequest, user: Requester, rendition: CustomRendition) -> HttpResponseBase:
    name = str(rendition.file.name)
    if not may_preview(user, rendition.image):
        raise Http404
    if name.startswith(RESTRICTED_PREFIX):
        media_type = mimetypes.guess_type(name)[0] or UNKNOWN
        return file_response(
            request, rendition.file, media_type=media_type, disposition=inline(PurePosixPath(name).name)
        )
    response = HttpResponseRedirect(rendition.url)
    response["Cache-Control"] = f"public, max-age={_REDIRECT_LIFETIME_SECONDS}"
    return response
