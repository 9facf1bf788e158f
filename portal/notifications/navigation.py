from django.urls import reverse

from portal.journal import acts
from portal.notifications.preferences import ACT
from portal.notifications.rules import may_see_messages
from portal.notifications.todo import todo_for
from portal.notifications.unreachable import IGNORED, MARKED, RETRIED
from portal.text.french import count
from portal.ui import links, navigation, todo


def _choices(data: dict) -> str:
    return " ; ".join(f"{family} : {acts.changed(change)}" for family, change in data["families"].items())


def register() -> None:
    navigation.register("Courriels", "notifications:list", may_see_messages, order=75)
    links.register("my_space", "Mes messages", "envelope", lambda user: reverse("notifications:mine"))
    todo.register(todo_for)
    labels = {MARKED: "Adresse qui ne répond plus", RETRIED: "Adresse essayée de nouveau", IGNORED: "Avis de non-remise écartés"}
    acts.register({ACT: "Envoi de ses messages choisi par la personne", **labels})
    told = {MARKED: lambda data: data["words"] or data["status"], RETRIED: lambda data: count(data["count"], "message")}
    acts.register_details({ACT: _choices, **told, IGNORED: lambda data: count(data["count"], "courriel")})
