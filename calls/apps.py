from importlib import import_module

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Appels et dossiers"

    def ready(self):
        import_module("calls.notifications")
        import_module("calls.receivers")
