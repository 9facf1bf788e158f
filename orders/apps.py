from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Commandes et travaux"

    def ready(self) -> None:
        for hook in ("closures", "files", "histories", "notifications", "receivers", "retention", "threads", "waves"):
            import_module(f"orders.hooks.{hook}")
        import_module("orders.hooks.navigation").register()
