"""Entry of the menu, and name of what the journal keeps."""

from calls.rules import works_on_calls
from portal.journal import acts
from portal.ui import navigation

navigation.register("Exports", "exports:index", works_on_calls, order=80)
acts.register({"document_issued": "Document établi"})
acts.register_details(
    {"document_issued": lambda data: data["document"] if data["edition"] == 1 else f"{data['document']}, édition {data['edition']}"}
)
