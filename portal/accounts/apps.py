from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Comptes et rôles"

    def ready(self) -> None:
        from portal.accounts import closures, navigation, notifications, panels, receivers  # noqa: F401 -- imported for what they register

        navigation.register()
