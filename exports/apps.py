from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "Documents et exports"

    def ready(self) -> None:
        for room in ("papers", "workbooks", "hooks"):  # each paper and each workbook registers itself
            for module in iter_modules(import_module(f"exports.{room}").__path__, f"exports.{room}."):
                import_module(module.name)
