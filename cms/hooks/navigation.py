"""Entries of the menu, blocks on the pages of lower apps, and names of acts."""

from cms.hooks.panels import create_programme, edit_call, publication
from portal.accounts import rules
from portal.journal import acts
from portal.ui import links, navigation, panels


def register() -> None:
    navigation.register("Édition du site", "wagtailadmin_home", rules.writes_the_site, order=78)
    navigation.register("Actualités", "/actualites/", navigation.everyone, order=87)
    navigation.register("Rechercher", "cms:search", navigation.everyone, order=97)
    navigation.register("Données ouvertes", "/donnees-ouvertes/", navigation.everyone, order=90)
    navigation.register("Aide", "/aide/", navigation.everyone, order=95)
    links.register("calls.new_call", "Ajouter un programme", "plus", create_programme, css="btn-quiet")
    links.register("calls.edition", "Modifier l’appel", "pencil-square", edit_call)
    panels.register("calls.call", publication, order=10)
    acts.register({"close_for_demonstration": "Clôture avancée pour la démonstration"})
    acts.register_details({"close_for_demonstration": acts.changed})
