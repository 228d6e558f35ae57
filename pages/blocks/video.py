"""Videos that another service plays."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock

from pages.blocks.links import WebAddressBlock
from pages.blocks.structs import ContentBlock
from pages.blocks.text import ProseBlock
from pages.schemas import Components, Schema

YOUTUBE_HOSTS = {"www.youtube.com", "youtube.com", "m.youtube.com", "www.youtube-nocookie.com", "youtu.be"}
VIMEO_HOSTS = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}


def identify_video(url: str) -> tuple[str, str] | None:
    """The provider (`youtube`, `vimeo`) and the video's id there, read from its address; None for anything else.

    Nothing is fetched: editors work on networks that cannot reach the providers, and a provider's answer
    (oEmbed) would be foreign HTML.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.hostname in YOUTUBE_HOSTS:
        path = parts.path.removeprefix("/embed").removeprefix("/shorts").removeprefix("/live").strip("/")
        candidate = parse_qs(parts.query).get("v", [path])[0]
        return ("youtube", candidate) if re.fullmatch(r"[\w-]{11}", candidate) else None
    if parts.hostname in VIMEO_HOSTS:
        match = re.fullmatch(r"(?:/video)?/(\d{4,12})/?", parts.path)
        return ("vimeo", match[1]) if match else None
    return None


def player_address(provider: str, video_id: str) -> str:
    """The address for an iframe. These are the hosts that the content security policy lets in."""
    if provider == "youtube":
        return f"https://www.youtube-nocookie.com/embed/{video_id}"
    return f"https://player.vimeo.com/video/{video_id}?dnt=1"


def validate_video_address(value: str) -> None:
    """Accept only the address of one video on YouTube or Vimeo."""
    if identify_video(value) is None:
        raise ValidationError("Enter the address of one video on YouTube or Vimeo.", code="video")


class VideoAddressBlock(WebAddressBlock):
    """The address of a video on YouTube or Vimeo."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=(validate_video_address,), **kwargs)


class VideoBlock(ContentBlock):
    """A video with what people need who cannot see or hear it (WCAG 2.2, guideline 1.2)."""

    url = VideoAddressBlock(label="Web address", help_text="Of a video on YouTube or Vimeo. It must have subtitles.")
    title = CharBlock(max_length=150, help_text="Says what the video is, for people who cannot see it.")
    caption = CharBlock(required=False, max_length=255)
    transcript = ProseBlock(
        required=False, help_text="Everything that is said and shown, in words. Leave out only if there is no sound."
    )

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """The fields, and who plays the video under which id and address (null for a draft's unknown address)."""
        represented: dict[str, Any] = super().get_api_representation(value, context)
        provider, video_id = identify_video(represented["url"] or "") or (None, None)
        player = player_address(provider, video_id) if provider and video_id else None
        return represented | {"provider": provider, "video_id": video_id, "embed_url": player}

    def api_schema(self, components: Components, **changed: Schema) -> Schema:
        """With the player."""
        player: dict[str, Schema] = {
            "provider": {"type": ["string", "null"], "enum": ["youtube", "vimeo", None]},
            "video_id": {"type": ["string", "null"]},
            "embed_url": {"type": ["string", "null"]},
        }
        return super().api_schema(components, **player, **changed)

    class Meta:
        icon = "media"
        group = "Pictures and video"
        label = "Video"
        label_format = "{title}"
        description = "A video on YouTube or Vimeo, with its transcript."
