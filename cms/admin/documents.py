"""Documents of the public site: received with the checks of every file, under a sentence that an editor understands."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm

from portal.files.intake import UploadRefused, check_upload

KEPT = "Rien n’a été publié."


class SiteDocumentForm(BaseDocumentForm):
    def clean_file(self) -> UploadedFile:
        """Size, extension, content, antivirus: what a school's file passes, a document shown to everybody passes too."""
        uploaded = self.cleaned_data["file"]
        if isinstance(uploaded, UploadedFile):
            try:
                checked = check_upload(uploaded, allowed=settings.WAGTAILDOCS_EXTENSIONS, kept=KEPT)
            except UploadRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
            uploaded.name = checked.name
            uploaded.seek(0)
        return uploaded
