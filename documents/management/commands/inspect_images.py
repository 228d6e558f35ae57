"""`manage.py inspect_images`: note how images look that came before the product looked at them."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.models import CustomImage

_BATCH = 100


class Command(BaseCommand):
    """Dominant colour, placeholder, number of frames, and width and height as people see them."""

    help = "Looks at images of which no dominant colour is known, and notes what stands in for them while they load."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Look at all images again.")

    def handle(self, *args: Any, **options: Any) -> None:
        images = CustomImage.objects.order_by("pk")
        if not options["all"]:
            images = images.filter(dominant_colour="")
        lost = 0
        for image in images.iterator(chunk_size=_BATCH):
            try:
                self._inspect(image)
            except (BotoCoreError, ClientError, OSError) as error:
                lost += 1
                self.stderr.write(f"Image {image.pk} cannot be read: {error}")
        if lost:
            raise CommandError(f"{lost} could not be read. Those that could are done; run the command again.")

    def _inspect(self, image: CustomImage) -> None:
        before = image.width, image.height, image.frame_count
        image.record_appearance()
        image.file.close()
        image.width, image.height = image.file.get_image_dimensions()
        fields = ("width", "height", "dominant_colour", "placeholder", "frame_count")
        CustomImage.objects.filter(pk=image.pk).update(**{name: getattr(image, name) for name in fields})
        if before != (image.width, image.height, image.frame_count):
            # They were drawn from wrong assumptions.
            image.renditions.all().delete()
