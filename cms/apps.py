from importlib import import_module

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self):
        import_module("cms.receivers")
        import_module("cms.panels").register()
        import_module("portal.ui.acts").register({"close_for_demonstration": "Clôture avancée pour la démonstration"})
