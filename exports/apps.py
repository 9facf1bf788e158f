from importlib import import_module

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "Documents et exports"

    def ready(self):
        for module in (
            "documents",
            "workbooks",
            "workbook_ranking",
            "workbook_scenarios",
            "notifications",
            "receivers",
            "jobs",
            "panels",
            "navigation",
        ):
            import_module(f"exports.{module}")
