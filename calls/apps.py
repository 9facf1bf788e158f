from importlib import import_module

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Appels et dossiers"

    def ready(self) -> None:
        for hook in "bulk deadline_notifications delegations erasure files histories journal next_wave notifications own_data panels personal readiness receivers retention threads".split():
            import_module(f"calls.hooks.{hook}")
        import_module("calls.hooks.navigation").register()
        import_module("calls.hooks.opinions").register()
        import_module("calls.hooks.clock").register()
        import_module("calls.retention").check_settings()
