from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = "Appels et dossiers"

    def ready(self):
        from calls import (  # noqa: F401 -- declared by being imported
            access,
            navigation,
            notifications,
            notifications_staff,
            receivers,
            receivers_staff,
        )

        navigation.register()
