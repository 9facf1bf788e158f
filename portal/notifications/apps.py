from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        from portal.notifications import navigation, preferences, registry

        navigation.register()
        registry.end_others(preferences.stopping)
