"""Entry of the menu, and name of what the journal keeps."""

from django.urls import reverse

from calls.rules import exports_files, works_on_calls
from portal.journal import acts
from portal.ui import links, navigation

navigation.register("Exports", "exports:index", works_on_calls, order=80)
links.register(
    "calls.file", "PDF", "arrow-down-tray", lambda user, reference="": reverse("exports:file_content", args=[reference]), "btn-quiet"
)
links.register(
    "calls.files.selection", "Exporter", "arrow-down-tray", lambda user: reverse("exports:chosen_files") if exports_files(user) else ""
)
links.register(
    "calls.new_version",
    "PDF de la nouvelle version",
    "arrow-down-tray",
    lambda user, reference="": f"{reverse('exports:file_content', args=[reference])}?nouvelle",
    "btn-quiet",
)
acts.register({"document_issued": "Document établi"})
acts.register_details(
    {"document_issued": lambda data: data["document"] if data["edition"] == 1 else f"{data['document']}, édition {data['edition']}"}
)
