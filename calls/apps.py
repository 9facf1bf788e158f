from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Appels et dossiers"

    def ready(self):
        from calls import access, navigation, notifications, receivers  # noqa: F401 -- declared by being imported

        navigation.register()
