"""What awaits a person about their account and their team."""

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.urls import reverse

from portal.accounts.identity.schools import named_schools
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
    asked = _latest_request(user)
    if asked is None or asked.is_approved:
        return _first_step(named_schools(user))
    if asked.is_refused:
        return TodoItem(
            f"Votre demande pour {the_school(asked.establishment.name)} n’a pas été acceptée",
            f"Réponse du {day(asked.answered_at)}. Si c’est une erreur, parlez-en à son chef d’établissement, qui peut aussi vous inviter.",
            reverse("accounts:join"),
            "Faire une autre demande",
            level="warn",
        )
    if not asked.is_open:
        return TodoItem(
            f"Votre demande pour {the_school(asked.establishment.name)} est restée sans réponse",
            "Vous pouvez la renvoyer.",
            reverse("accounts:join"),
            "Renvoyer la demande",
            level="warn",
        )
    detail = f"Envoyée le {day(asked.sent_at)}. Votre chef d’établissement, ou la boîte de l’établissement, doit l’accepter."
    return TodoItem(
        f"Votre demande pour {the_school(asked.establishment.name)} attend sa réponse",
        detail,
        reverse("accounts:join"),
        "Suivre",
        level="neutral",
    )


def _first_step(named: list[Establishment]) -> TodoItem:
    """To the school that a provider names, where it names one; else to the page where schools are looked for, which begins with those named."""
    if len(named) == 1:
        title = f"Demandez à rejoindre {the_school(named[0].name)}"
        detail = "Votre service d’identité vous y connaît : une demande part à son adresse institutionnelle, et l’équipe répond."
        return TodoItem(title, detail, reverse("accounts:ask", args=[named[0].uai]), "Faire la demande", level="info")
    detail = "Cherchez votre lycée par son nom ou son code UAI : une demande part à son adresse institutionnelle."
    return TodoItem(
        "Rattachez votre compte à votre établissement", detail, reverse("accounts:join"), "Rejoindre mon établissement", level="info"
    )


def _latest_request(user: User) -> JoinRequest | None:
    """The one of which something happened last: asked, or answered."""
    asked = JoinRequest.objects.select_related("establishment").filter(user=user)
    return asked.order_by(Coalesce("answered_at", "sent_at").desc(), "-pk").first()


def _to_answer(establishment: Establishment, number: int) -> TodoItem:
    title = f"Répondre à {count(number, 'demande')} de rattachement"
    return TodoItem(title, str(establishment), reverse("team:team", args=[establishment.uai]), "Répondre", level="warn")
