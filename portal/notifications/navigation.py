from portal.notifications.rules import READERS
from portal.ui import navigation


def register() -> None:
    navigation.register("Courriels", "/courriels/", roles=READERS, order=75)
