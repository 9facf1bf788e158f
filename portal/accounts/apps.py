from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Comptes et rôles"

    def ready(self) -> None:
        from portal.accounts import (  # noqa: F401 -- imported for what they register
            closures,
            files,
            navigation,
            notifications,
            panels,
            periods,  # noqa: F401 -- the same
            receivers,
        )
        from portal.accounts.erasure import of_accounts as erasure  # noqa: F401 -- the same
        from portal.accounts.own_data import jobs, of_accounts  # noqa: F401 -- the same
        from portal.jobs import schedules

        navigation.register()
        schedules.register("late-lines", "portal.accounts.erasure.erase.veil_late_lines", cron="25 4 * * *")
        schedules.register("ending-roles", "portal.accounts.endings.tell_ending_roles", cron="20 5 * * *")
