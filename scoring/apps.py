from importlib import import_module

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "Notation et sélection"

    def ready(self):
        for room in ("access", "notifications", "notifications_session", "receivers", "receivers_session", "jobs", "jobs_selection"):
            import_module(f"scoring.{room}")
        import_module("scoring.navigation").register()
        import_module("scoring.navigation_session").register()
