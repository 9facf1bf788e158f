"""Entries of the menu, blocks on the pages of lower apps, and names of acts."""

from cms.hooks.panels import publication
from portal.journal import acts
from portal.ui import navigation, panels


def register() -> None:
    navigation.register("Données ouvertes", "/donnees-ouvertes/", navigation.EVERYONE, order=90)
    navigation.register("Aide", "/aide/", navigation.EVERYONE, order=95)
    panels.register("calls.call", publication, order=10)
    acts.register({"close_for_demonstration": "Clôture avancée pour la démonstration"})
