"""What awaits the people of a lycée. The Région's side is in calls.todo_staff."""

from django.utils import timezone

from calls.checks import eligibility_gaps
from calls.enums import ApplicationState as State
from calls.models import Application, Call
from calls.progress import time_left
from portal.accounts.enums import Role
from portal.directory.models import Establishment
from portal.ui.formats import day, euros, hour
from portal.ui.todo import TodoItem

AWAITED_STATES = (State.DRAFT, State.AWAITING_APPROVAL, State.SUBMITTED, State.DECIDED)


def todo_for(user) -> list[TodoItem]:
    """Drafts, visas, complements, awards and open calls of one's establishments: four queries at most."""
    if not user.establishment_ids:
        return []
    rows = Application.objects.filter(establishment__in=user.establishment_ids).exclude(state=State.WITHDRAWN)
    files = list(rows.select_related("call", "establishment").prefetch_related("completion_requests"))
    headed = {grant.establishment_id for grant in user.grants if grant.role == Role.HEAD}
    items = [_TELLERS[file.state](file, file.establishment_id in headed) for file in files if file.state in _TELLERS]
    return [item for item in items if item] + _open_calls(user, files)


def _draft(file: Application, is_head: bool) -> TodoItem | None:
    if not file.call.accepts_submissions:
        return None
    title = f"Compléter le dossier {file.reference}"
    detail = f"{_name(file)} · clôture le {day(file.call.closes_at, year=False)} à {hour(file.call.closes_at)}"
    return TodoItem(title, detail, file.get_absolute_url(), "Continuer", due=file.call.closes_at)


def _awaiting(file: Application, is_head: bool) -> TodoItem | None:
    if not file.call.accepts_submissions:
        return None
    detail = f"{_name(file)} · {euros(file.requested_amount, 0)} demandés · {time_left(file.call)}"
    if file.approved_at:
        return TodoItem(
            f"Déposer le dossier {file.reference}", detail, f"{file.get_absolute_url()}action/submit/", "Déposer", due=file.call.closes_at
        )
    if is_head:
        return TodoItem(
            f"Donner votre visa au dossier {file.reference}",
            detail,
            f"{file.get_absolute_url()}action/approve/",
            "Lire et viser",
            due=file.call.closes_at,
        )
    return None


def _submitted(file: Application, is_head: bool) -> TodoItem | None:
    request = file.open_completion_request
    if request is None:
        return None
    detail = f"{_name(file)} · demandés par la Région le {day(request.opened_at, year=False)}"
    return TodoItem(
        f"Envoyer les compléments du dossier {file.reference}", detail, file.get_absolute_url(), "Compléter", due=request.due_on
    )


def _decided(file: Application, is_head: bool) -> TodoItem | None:
    if not (is_head and file.is_awarded):
        return None
    detail = f"{_name(file)} · {euros(file.granted_amount)} accordés"
    return TodoItem(f"Accepter ou décliner l’aide du dossier {file.reference}", detail, file.get_absolute_url(), "Répondre")


_TELLERS = {State.DRAFT: _draft, State.AWAITING_APPROVAL: _awaiting, State.SUBMITTED: _submitted, State.DECIDED: _decided}


def _open_calls(user, files: list[Application]) -> list[TodoItem]:
    """Open calls to which one of my establishments may apply and has no file."""
    calls = list(Call.objects.open(timezone.now()))
    if not calls:
        return []
    schools = list(Establishment.objects.filter(pk__in=user.establishment_ids))
    filed = {(file.call_id, file.establishment_id) for file in files}
    return [
        TodoItem(
            f"L’appel « {call.title} » est ouvert",
            f"{', '.join(school.name for school in free)} · aucun dossier commencé",
            f"{call.get_absolute_url()}deposer/",
            "Commencer un dossier",
            due=call.closes_at,
            level="neutral",
        )
        for call in calls
        if (free := [school for school in schools if (call.pk, school.pk) not in filed and not eligibility_gaps(call, school)])
    ]


def _name(file: Application) -> str:
    return file.title or file.call.title
