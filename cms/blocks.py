"""What an editor may put on a public page. Each block draws itself with a template of `cms/blocks/`."""

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


class CallBodyBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(label="Texte", features=TEXT_FEATURES, icon="pilcrow")
    figures = blocks.ListBlock(KeyFigureBlock(), label="Chiffres clés", icon="pick")
    documents = blocks.ListBlock(DocumentBlock(), label="Documents", icon="doc-full")
    faq = blocks.ListBlock(FaqEntryBlock(), label="Questions fréquentes", icon="help")


class StandardBodyBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(label="Texte", features=TEXT_FEATURES, icon="pilcrow", template="cms/blocks/text.html")
    callout = CalloutBlock()
    documents = blocks.ListBlock(DocumentBlock(), label="Documents", icon="doc-full", template="cms/blocks/documents.html")
    faq = blocks.ListBlock(FaqEntryBlock(), label="Questions fréquentes", icon="help", template="cms/blocks/faq.html")
    publisher = blocks.StaticBlock(
        label="Coordonnées de l’éditeur",
        admin_text="L’éditeur, le directeur de la publication et l’hébergeur, tels que saisis dans Réglages › Éditeur du site.",
        template="cms/blocks/publisher.html",
        icon="home",
    )
    contacts = blocks.StaticBlock(
        label="Contacts",
        admin_text="Les adresses de contact saisies dans Réglages › Éditeur du site.",
        template="cms/blocks/contacts.html",
        icon="mail",
    )
    site_map = blocks.StaticBlock(
        label="Plan du site",
        admin_text="La liste des pages publiées, tenue à jour d’elle-même.",
        template="cms/blocks/site_map.html",
        icon="list-ul",
    )
