"""What awaits a person about their account and their team."""

from django.db.models import Count
from django.urls import reverse

from portal.accounts.enums import JoinOutcome
from portal.accounts.models import JoinRequest, User
from portal.directory.models import Establishment
from portal.text.dates import day
from portal.text.french import count, the_school
from portal.ui.todo import TodoItem


def todo_for(user: User) -> list[TodoItem]:
    """For who has no role yet, how to join a school; for who answers for a school, its requests."""
    if not user.grants:
        return [] if user.is_superuser else [_joining(user)]
    answered = user.answered_ids
    if not answered:
        return []
    pending = JoinRequest.objects.pending().filter(establishment__in=answered).order_by("establishment")
    waiting = dict(pending.values_list("establishment").annotate(Count("pk")))
    schools = Establishment.objects.in_bulk(waiting) if waiting else {}
    return [_to_answer(schools[pk], number) for pk, number in waiting.items()]


def _joining(user: User) -> TodoItem:
    asked = JoinRequest.objects.select_related("establishment").filter(user=user, outcome=JoinOutcome.PENDING).first()
    if asked is None:
        detail = "Cherchez votre lycée par son nom ou son code UAI : une demande part à son adresse institutionnelle."
        return TodoItem(
            "Rattachez votre compte à votre établissement", detail, reverse("accounts:join"), "Rejoindre mon établissement", level="info"
        )
    if not asked.is_open:
        return TodoItem(
            f"Votre demande pour {the_school(asked.establishment)} est restée sans réponse",
            "Vous pouvez la renvoyer.",
            reverse("accounts:join"),
            "Renvoyer la demande",
            level="warn",
        )
    detail = f"Envoyée le {day(asked.sent_at)}. Votre chef d’établissement, ou la boîte de l’établissement, doit l’accepter."
    return TodoItem(
        f"Votre demande pour {the_school(asked.establishment)} attend sa réponse",
        detail,
        reverse("accounts:join"),
        "Suivre",
        level="neutral",
    )


def _to_answer(establishment: Establishment, number: int) -> TodoItem:
    title = f"Répondre à {count(number, 'demande')} de rattachement"
    return TodoItem(title, str(establishment), reverse("team:team", args=[establishment.uai]), "Répondre", level="warn")
