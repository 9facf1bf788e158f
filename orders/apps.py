from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Commandes et travaux"

    def ready(self):
        import_module("orders.notifications")
        import_module("orders.receivers")
        import_module("orders.queries.photos")  # who may read them
        import_module("orders.navigation").register()
