"""Documents of the public site: received with the checks of every file, under a sentence that an editor understands.

One is served once a public page shows it, or its editor has said that it is public: that mark is the tag PUBLIC, which Wagtail keeps.
"""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.documents.models import AbstractDocument

from cms.queries.site import PUBLIC
from portal.files.intake import UploadRefused, check_upload
from portal.files.models import StoredFile

KEPT = "Rien n’a été publié."
UNANSWERED = (
    f"L’antivirus ne répond pas, et un document public n’est pas gardé sans son avis. {KEPT} Joignez-le de nouveau dans quelques minutes."
)


class SiteDocumentForm(BaseDocumentForm):
    is_public = forms.BooleanField(
        label="Public, même si aucune page ne le montre",
        required=False,
        help_text="Chacun le lit à son adresse : celle d’un courriel, d’un autre site. Sans cela, il se lit une fois qu’une page publique le montre.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["is_public"] = self.instance.tags.filter(name=PUBLIC).exists()

    def clean_file(self) -> File:
        """Size, extension, content, antivirus: what a school's file passes, a document shown to everybody passes too."""
        uploaded = self.cleaned_data["file"]
        if isinstance(uploaded, UploadedFile):
            try:
                checked = check_upload(uploaded, allowed=settings.WAGTAILDOCS_EXTENSIONS, kept=KEPT)
            except UploadRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
            if checked.scan == StoredFile.Scan.WAITING:
                raise ValidationError(UNANSWERED)
            checked.content.name = checked.name
            checked.content.seek(0)
            return checked.content
        return uploaded

    def save(self, commit: bool = True) -> AbstractDocument:
        """The document, with or without the mark, whatever tags were typed."""
        document = super().save(commit=commit)
        if commit:
            (document.tags.add if self.cleaned_data["is_public"] else document.tags.remove)(PUBLIC)
        return document
