from importlib import import_module

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "Notation et sélection"

    def ready(self):
        import_module("scoring.notifications")
        import_module("scoring.receivers")
