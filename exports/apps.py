from importlib import import_module

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "Documents et exports"

    def ready(self):
        import_module("exports.notifications")
        import_module("exports.receivers")
