"""Entry of the menu."""

from portal.accounts.enums import STAFF_ROLES
from portal.ui import navigation

navigation.register("Exports", "/exports/", STAFF_ROLES, order=80, prefix="/exports/")
