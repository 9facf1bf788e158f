"""What awaits a person about their account and their team."""

from django.db.models import Count
from django.urls import reverse

from portal.accounts.enums import JoinOutcome
from portal.accounts.models import JoinRequest
from portal.text.dates import day
from portal.text.french import count
from portal.ui.todo import TodoItem


def todo_for(user) -> list[TodoItem]:
    """For who has no role yet, how to join a school; for a head, the requests to answer."""
    if not user.grants:
        return [] if user.is_superuser else [_joining(user)]
    headed = {grant.establishment_id: grant.establishment for grant in user.grants if grant.establishment_id in user.headed_ids}
    if not headed:
        return []
    waiting = JoinRequest.objects.pending().filter(establishment__in=headed).values("establishment").annotate(number=Count("pk")).order_by()
    return [_to_answer(headed[row["establishment"]], row["number"]) for row in waiting]


def _joining(user) -> TodoItem:
    asked = JoinRequest.objects.select_related("establishment").filter(user=user, outcome=JoinOutcome.PENDING).first()
    if asked is None:
        detail = "Cherchez votre lycée par son nom ou son code UAI : une demande part à son adresse institutionnelle."
        return TodoItem(
            "Rattachez votre compte à votre établissement", detail, reverse("accounts:join"), "Rejoindre mon établissement", level="info"
        )
    if not asked.is_open:
        return TodoItem(
            f"Votre demande pour {asked.establishment} est restée sans réponse",
            "Vous pouvez la renvoyer.",
            reverse("accounts:join"),
            "Renvoyer la demande",
            level="warn",
        )
    detail = f"Envoyée le {day(asked.sent_at)}. Votre chef d’établissement, ou la boîte de l’établissement, doit l’accepter."
    return TodoItem(
        f"Votre demande pour {asked.establishment} attend sa réponse", detail, reverse("accounts:join"), "Suivre", level="neutral"
    )


def _to_answer(establishment, number: int) -> TodoItem:
    title = f"Répondre à {count(number, 'demande')} de rattachement"
    return TodoItem(title, str(establishment), reverse("team:team", args=[establishment.uai]), "Répondre", level="warn")
