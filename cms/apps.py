from importlib import import_module

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self):
        import_module("cms.receivers")
        import_module("cms.navigation").register()
