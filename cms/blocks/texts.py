"""Blocks of words: figures, documents, questions, notices, dates."""

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

from portal.ui.fields import check_year

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
SHORT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class KeyFigureBlock(blocks.StructBlock):
    figure = blocks.CharBlock(label="Chiffre", max_length=24, help_text="Par exemple : 62, 6 000 000 €")
    label = blocks.CharBlock(label="Ce qu’il compte", max_length=80)

    class Meta:
        icon = "pick"
        label = "Chiffre clé"


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label="Document")
    note = blocks.CharBlock(label="Précision", required=False, max_length=120, help_text="Par exemple : 8 pages")

    class Meta:
        icon = "doc-full"
        label = "Document"


class FaqEntryBlock(blocks.StructBlock):
    question = blocks.CharBlock(label="Question", max_length=200)
    answer = blocks.RichTextBlock(label="Réponse", features=SHORT_FEATURES)

    class Meta:
        icon = "help"
        label = "Question et réponse"


class CalloutBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=SHORT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = "À savoir"
        group = "Texte"
        template = "cms/blocks/callout.html"


class MilestoneBlock(blocks.StructBlock):
    """A date of the calendar that the call itself does not carry: an information meeting, the vote."""

    starts_on = blocks.DateBlock(label="Le, ou à partir du")
    ends_on = blocks.DateBlock(label="Jusqu’au", required=False)
    label = blocks.CharBlock(label="Étape", max_length=120)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Raises StructBlockValidationError for a year that is a typing error."""
        cleaned = super().clean(value)
        for name in ("starts_on", "ends_on"):
            try:
                check_year(cleaned[name])
            except ValidationError as error:
                raise StructBlockValidationError(block_errors={name: error}) from error
        return cleaned

    class Meta:
        icon = "date"
        label = "Étape"
