from portal.notifications.rules import may_see_messages
from portal.ui import navigation


def register() -> None:
    navigation.register("Courriels", "notifications:list", may_see_messages, order=75)
