"""What awaits the Région's people on calls and files."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from calls import queries, rules
from calls.enums import ApplicationState, CallState
from calls.models import Application, Call, CompletionRequest
from portal.accounts.enums import Role
from portal.ui.formats import count, day
from portal.ui.todo import TodoItem

LATE_SHOWN = 5  # late files told one by one; the others wait behind the list
PUBLISH_SOON = timedelta(days=14)


def todo_for_staff(user) -> list[TodoItem]:
    """Files to check for case officers, next steps of the calls for their managers: seven queries at most."""
    items = _for_officer(user) if rules.instructs_files(user) else []
    return items + (_for_manager() if user.holds(Role.CALL_MANAGER) else [])


def _for_officer(user) -> list[TodoItem]:
    """Late and received complements, then what remains to be checked, call by call."""
    submitted = Application.objects.visible_to(user).filter(state=ApplicationState.SUBMITTED).order_by()
    today = timezone.localdate()
    late = CompletionRequest.objects.filter(answered_at=None, due_on__lt=today, application__in=submitted.values("pk"))
    late = late.select_related("application__establishment").order_by("due_on", "pk")[:LATE_SHOWN]
    items = [_late(request) for request in late]
    received = queries.files_in_view(submitted, "complements-recus", today).count()
    if received:
        title = f"Statuer sur {count(received, 'dossier')} dont les compléments sont arrivés"
        items.append(TodoItem(title, "", f"{reverse('calls:files')}?vue=complements-recus", "Ouvrir", level="info"))
    for call in _calls_to_check(submitted):
        title = f"Vérifier la recevabilité de {count(call['total'], 'dossier')}"
        url = f"{reverse('calls:files')}?vue=a-statuer&appel={call['call__reference']}"
        items.append(TodoItem(title, call["call__title"], url, "Ouvrir"))
    return items


def _late(request: CompletionRequest) -> TodoItem:
    file = request.application
    title = f"{file.establishment.name}, {file.establishment.commune_name} : réponse aux compléments en retard"
    detail = f"Demandés le {day(request.opened_at, year=False)} · {file.reference}"
    return TodoItem(title, detail, file.get_absolute_url(), "Ouvrir", due=request.due_on)


def _calls_to_check(submitted):
    """The calls that have files to check, with how many do not wait for complements."""
    waiting = CompletionRequest.objects.filter(answered_at=None)
    free = submitted.exclude(pk__in=waiting.values("application"))
    return free.values("call__reference", "call__title").annotate(total=Count("pk")).order_by("call__reference")


def _for_manager() -> list[TodoItem]:
    """The next step of each call, when it can be taken."""
    now = timezone.now()
    calls = Call.objects.filter(state__in=[CallState.DRAFT, CallState.PUBLISHED, CallState.INSTRUCTION]).annotate(
        to_check=Count("applications", filter=Q(applications__state=ApplicationState.SUBMITTED)),
        admissible=Count("applications", filter=Q(applications__state=ApplicationState.ADMISSIBLE)),
    )
    items = [_next_step(call, now) for call in calls.order_by("closes_at", "pk")]
    return [item for item in items if item]


def _next_step(call: Call, now) -> TodoItem | None:
    url = reverse("calls:steered_call", args=[call.reference])
    if call.state == CallState.DRAFT:
        if call.opens_at > now + PUBLISH_SOON:
            return None
        return TodoItem(f"Publier l’appel « {call.title} »", f"Il doit ouvrir le {day(call.opens_at)}", url, "Préparer", due=call.opens_at)
    if call.state == CallState.PUBLISHED:
        if call.deadline >= now:
            return None
        detail = f"Clos depuis le {day(call.closes_at)} · {count(call.to_check, 'dossier déposé', 'dossiers déposés')}"
        return TodoItem(f"Ouvrir l’instruction de « {call.title} »", detail, url, "Ouvrir l’instruction")
    if call.to_check or not call.admissible:
        return None
    detail = f"{count(call.admissible, 'dossier recevable', 'dossiers recevables')}, plus aucun à statuer"
    return TodoItem(f"Ouvrir la notation de « {call.title} »", detail, url, "Ouvrir la notation", due=call.jury_on)
