from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = "Messages"

    def ready(self):
        from portal.notifications import navigation

        navigation.register()
