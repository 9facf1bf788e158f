"""Entry of the menu, and name of what the journal keeps."""

from portal.journal import acts
from portal.roles import STAFF_ROLES
from portal.ui import navigation

navigation.register("Exports", "/exports/", STAFF_ROLES, order=80, prefix="/exports/")
acts.register({"document_issued": "Document établi"})
