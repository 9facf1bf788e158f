from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "portal.ui"
    label = "ui"
    verbose_name = "Interface"

    def ready(self) -> None:
        from portal.ui import navigation, outlines, styles  # noqa: F401 -- the last two register their checks

        navigation.register("Ce qui m’attend", "my_space", order=0)
        navigation.register("Appels", "/appels/", navigation.everyone, order=80)
        navigation.register("Résultats", "/resultats/", navigation.everyone, order=85)
