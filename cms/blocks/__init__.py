"""What an editor may put on a public page. Each block draws itself with a template of `cms/blocks/`."""

from wagtail import blocks

from cms.blocks.data import CallListBlock, DataTableBlock, MapBlock, RetentionBlock, StepsBlock
from cms.blocks.media import PictureBlock, QuoteBlock, VideoLinkBlock
from cms.blocks.texts import TEXT_FEATURES, CalloutBlock, DocumentBlock, FaqEntryBlock, KeyFigureBlock, MilestoneBlock

__all__ = ["CallBodyBlock", "MilestoneBlock", "StandardBodyBlock"]


class BodyBlock(blocks.StreamBlock):
    """What any page of the site may hold."""

    text = blocks.RichTextBlock(label="Texte", features=TEXT_FEATURES, icon="pilcrow", group="Texte", template="cms/blocks/text.html")
    callout = CalloutBlock()
    quote = QuoteBlock()
    picture = PictureBlock()
    video = VideoLinkBlock()
    figures = blocks.ListBlock(KeyFigureBlock(), label="Chiffres clés", icon="pick", group="Données", template="cms/blocks/figures.html")
    steps = StepsBlock()
    table = DataTableBlock()
    call_list = CallListBlock()
    map = MapBlock()
    documents = blocks.ListBlock(DocumentBlock(), label="Documents", icon="doc-full", group="Texte", template="cms/blocks/documents.html")
    faq = blocks.ListBlock(FaqEntryBlock(), label="Questions fréquentes", icon="help", group="Texte", template="cms/blocks/faq.html")


class CallBodyBlock(BodyBlock):
    """The page of a call puts figures, documents and questions at places of their own; the rest is its presentation."""

    ELSEWHERE = ("figures", "documents", "faq")


class StandardBodyBlock(BodyBlock):
    publisher = blocks.StaticBlock(
        label="Coordonnées de l’éditeur",
        admin_text="L’éditeur, le directeur de la publication et l’hébergeur, tels que saisis dans Réglages › Éditeur du site.",
        template="cms/blocks/publisher.html",
        icon="home",
        group="Tenus à jour d’eux-mêmes",
    )
    contacts = blocks.StaticBlock(
        label="Contacts",
        admin_text="Les adresses de contact saisies dans Réglages › Éditeur du site.",
        template="cms/blocks/contacts.html",
        icon="mail",
        group="Tenus à jour d’eux-mêmes",
    )
    retention = RetentionBlock()
    site_map = blocks.StaticBlock(
        label="Plan du site",
        admin_text="La liste des pages publiées, tenue à jour d’elle-même.",
        template="cms/blocks/site_map.html",
        icon="list-ul",
        group="Tenus à jour d’eux-mêmes",
    )
