from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "portal.directory"
    label = "directory"
    verbose_name = "Annuaire des établissements"

    def ready(self) -> None:
        from portal.directory import closures, declarations, jobs, navigation  # noqa: F401 -- imported for what they register

        navigation.register()
