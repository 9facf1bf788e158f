from importlib import import_module

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Site public"

    def ready(self) -> None:
        for hook in ("erasure", "kept_pages", "next_wave", "readiness", "receivers", "searching", "subscriptions"):
            import_module(f"cms.hooks.{hook}")
        import_module("cms.hooks.navigation").register()
        import_module("cms.rehearsal.making")
        import_module("cms.rehearsal.hooks").register()
