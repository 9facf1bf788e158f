from importlib import import_module

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "Notation et sélection"

    def ready(self) -> None:
        for hook in (
            "criteria",
            "erasure",
            "files",
            "histories",
            "next_wave",
            "notifications",
            "own_data",
            "readiness",
            "receivers",
            "retention",
            "taken_back",
            "threads",
            "jobs",
        ):
            import_module(f"scoring.hooks.{hook}")
        import_module("scoring.hooks.navigation").register()
