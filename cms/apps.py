from importlib import import_module

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self) -> None:
        import_module("cms.hooks.receivers")
        import_module("cms.hooks.navigation").register()
