from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "portal.ui"
    label = "ui"
    verbose_name = "Interface"

    def ready(self):
        from portal.ui import navigation

        navigation.register("Ce qui m’attend", "/espace/", order=0)
        navigation.register("Appels", "/appels/", roles=navigation.EVERYONE, order=80)
        navigation.register("Résultats", "/resultats/", roles=navigation.EVERYONE, order=85)
