"""Blocks that show: a picture, the words of somebody, a video elsewhere. Nothing is loaded from another site."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageBlock


class PictureBlock(blocks.StructBlock):
    """A picture of the site. Its text alternative is asked for unless it is said to be decorative (`ImageBlock`)."""

    image = ImageBlock(label="Image")
    caption = blocks.CharBlock(label="Légende", required=False, max_length=240, help_text="Sous l’image, lisible par tous")
    credit = blocks.CharBlock(label="Crédit", required=False, max_length=120, help_text="Qui l’a faite : M. Durand, Région")

    class Meta:
        icon = "image"
        label = "Image"
        group = "Médias"
        template = "cms/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label="Citation", max_length=600, help_text="Sans guillemets : la page les met")
    author = blocks.CharBlock(label="Qui le dit", max_length=120)
    role = blocks.CharBlock(label="Sa fonction", required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = "Citation"
        group = "Texte"
        template = "cms/blocks/quote.html"


class VideoLinkValue(blocks.StructValue):
    @property
    def host(self) -> str:
        """The site that one goes to, without « www. »."""
        return urlsplit(self.get("url") or "").hostname.removeprefix("www.") if self.get("url") else ""


class VideoLinkBlock(blocks.StructBlock):
    """A card that leads to a video: nothing of its site is loaded before the reader goes there."""

    title = blocks.CharBlock(label="Titre de la vidéo", max_length=160)
    url = blocks.URLBlock(label="Adresse de la vidéo", max_length=500)
    duration = blocks.CharBlock(label="Durée", required=False, max_length=40, help_text="Par exemple : 3 minutes")
    transcript_url = blocks.URLBlock(
        label="Adresse de la transcription",
        required=False,
        max_length=500,
        help_text="Une page ou un document qui donne tout ce qui est dit et montré",
    )
    transcript = blocks.RichTextBlock(label="Ou la transcription elle-même", required=False, features=["bold", "italic", "ol", "ul"])

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Raises StructBlockValidationError without a transcript: who cannot hear or see the video has nothing else."""
        cleaned = super().clean(value)
        if not cleaned["transcript_url"] and not str(cleaned["transcript"] or "").strip():
            missing = ValidationError("Donnez l’adresse de la transcription, ou la transcription elle-même.")
            raise blocks.StructBlockValidationError(block_errors={"transcript_url": missing})
        return cleaned

    class Meta:
        icon = "media"
        label = "Lien vers une vidéo"
        group = "Médias"
        template = "cms/blocks/video.html"
        value_class = VideoLinkValue
