"""What awaits the people of a school, then the staff of the Région."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from calls import rules
from calls.checks import eligibility_gaps, following_filed
from calls.enums import ApplicationState, CallState
from calls.enums import ApplicationState as State
from calls.models import Application, Call, CompletionRequest, Partnership, WithdrawalRequest, read_closings
from calls.queries import files as files_queries
from calls.queries.progress import time_left
from calls.queries.writing import files_of_schools, read_requests
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.signing import SignedAct, signed_by
from portal.text.dates import day, hour
from portal.text.french import at_school, count, euros
from portal.ui.todo import TodoItem


def todo_for(user: User) -> list[TodoItem]:
    """Drafts, visas, complements, awards, partnerships and open calls of one's establishments: five queries at most."""
    if not user.writing_ids:
        return []
    asked_of_us = _partnerships(user)
    files = files_of_schools(user.writing_ids)
    read_requests(files)
    read_closings(files)
    items = [_TELLERS[file.state](file, user) for file in files if file.state in _TELLERS]
    return [item for item in items if item] + _withdrawals_asked(user) + asked_of_us + _open_calls(user, files)


def _withdrawals_asked(user: User) -> list[TodoItem]:
    """What teams ask whoever signs to withdraw. One query, for those who sign something."""
    if not (user.headed_ids or user.delegations):
        return []
    asked = WithdrawalRequest.objects.still_open().filter(
        signed_by(user, SignedAct.WITHDRAWAL, establishment="application__establishment", call="application__call")
    )
    return [
        TodoItem(
            f"Répondre à la demande de retrait du dossier {each.application.reference}",
            f"{_name(each.application)} · demandé le {day(each.asked_at, year=False)}",
            reverse("calls:withdrawal", args=[each.application.reference]),
            "Lire et répondre",
        )
        for each in asked.select_related("application__call").order_by("pk")
    ]


def _partnerships(user: User) -> list[TodoItem]:
    """Agreements asked of the lycées for which this person signs. One query, for those who sign something."""
    if not (user.headed_ids or user.delegations):
        return []
    asked = Partnership.objects.to_answer(user).select_related("application__call", "application__establishment").order_by("pk")
    return [
        TodoItem(
            f"Répondre {at_school(each.application.establishment.name)}, qui vous propose un partenariat",
            f"{each.application.call.title} · {each.establishment.name}",
            each.get_absolute_url(),
            "Lire et répondre",
            due=each.application.closes_at,
        )
        for each in asked
        if each.application.may_be_sent
    ]


def _draft(file: Application, user: User) -> TodoItem | None:
    if not file.may_be_sent:
        return None
    if file.establishment.is_closed:
        detail = f"{_name(file)} · {file.establishment.name} est fermé"
        return TodoItem(f"Le brouillon {file.reference} ne peut plus être déposé", detail, file.get_absolute_url(), "Voir", level="neutral")
    title = f"Compléter le dossier {file.reference}"
    detail = f"{_name(file)} · clôture le {day(file.closes_at, year=False)} à {hour(file.closes_at)}"
    return TodoItem(title, detail, file.get_absolute_url(), "Continuer", due=file.closes_at)


def _awaiting(file: Application, user: User) -> TodoItem | None:
    if not file.may_be_sent:
        return None
    detail = f"{_name(file)} · {euros(file.requested_amount, 0)} demandés · {time_left(file.closes_at)}"
    if file.approved_at:
        return TodoItem(f"Déposer le dossier {file.reference}", detail, _act(file, "submit"), "Déposer", due=file.closes_at)
    if rules.gives_visa(file, user):
        return TodoItem(
            f"Donner votre visa au dossier {file.reference}",
            detail,
            _act(file, "approve"),
            "Lire et viser",
            due=file.closes_at,
        )
    return None


def _following(file: Application, user: User) -> TodoItem | None:
    """What is to follow a filed file: the piece whose day comes first."""
    items = sorted(following_filed(file), key=lambda item: item.until)
    if not items:
        return None
    address = reverse("calls:following", args=[file.reference, items[0].key])
    return TodoItem(f"Envoyer « {items[0].label} » pour le dossier {file.reference}", _name(file), address, "Envoyer", due=items[0].until)


def _rewritten(file: Application, user: User) -> TodoItem | None:
    """The new version of a filed file: written by the team, approved by who signs, then filed."""
    if not file.may_be_sent:
        return None
    detail = f"{_name(file)} · déposé le {day(file.submitted_at, year=False)} ; {time_left(file.closes_at)}"
    if file.reapproved_at:
        address, told, does = _act(file, "submit_new_version"), f"Déposer la nouvelle version du dossier {file.reference}", "Déposer"
    elif file.is_being_written:
        address, told, does = file.get_absolute_url(), f"Compléter la nouvelle version du dossier {file.reference}", "Continuer"
    elif rules.gives_visa(file, user):
        address, told, does = (
            _act(file, "approve_new_version"),
            f"Donner votre visa à la nouvelle version du dossier {file.reference}",
            "Lire et viser",
        )
    else:
        return None
    return TodoItem(told, detail, address, does, due=file.closes_at)


def _submitted(file: Application, user: User) -> TodoItem | None:
    if file.is_rewritten:
        return _rewritten(file, user)
    request = file.open_completion_request
    if request is None:
        return _following(file, user)
    detail = f"{_name(file)} · demandés par la Région le {day(request.opened_at, year=False)}"
    return TodoItem(
        f"Envoyer les compléments du dossier {file.reference}", detail, file.get_absolute_url(), "Compléter", due=request.due_on
    )


def _decided(file: Application, user: User) -> TodoItem | None:
    if not (file.is_awarded and rules.answers_award(file, user)):
        return None
    detail = f"{_name(file)} · {euros(file.granted_amount)} accordés"
    return TodoItem(f"Accepter ou décliner l’aide du dossier {file.reference}", detail, file.get_absolute_url(), "Répondre")


_TELLERS = {
    State.DRAFT: _draft,
    State.AWAITING_APPROVAL: _awaiting,
    State.SUBMITTED: _submitted,
    State.ADMISSIBLE: _following,
    State.DECIDED: _decided,
}


def _open_calls(user: User, files: list[Application]) -> list[TodoItem]:
    """Open calls to which one of my establishments may apply and has no file, or none that it has not withdrawn."""
    calls = list(Call.objects.open_to_some())
    if not calls:
        return []
    schools = list(Establishment.objects.filter(pk__in=user.writing_ids))
    filed = {(file.call_id, file.establishment_id) for file in files if not file.is_withdrawn}
    withdrawn = {(file.call_id, file.establishment_id): file for file in files if file.is_withdrawn}
    return [
        TodoItem(
            f"L’appel « {call.title} » est ouvert",
            _nothing_begun([(school, withdrawn.get((call.pk, school.pk))) for school in free]),
            reverse("calls:start", args=[call.slug]),
            "Commencer un dossier",
            due=max(call.closing_for(school.pk) for school in free),
            level="neutral",
        )
        for call in calls
        if (
            free := [
                school
                for school in schools
                if (call.pk, school.pk) not in filed and call.accepts_from(school.pk) and not eligibility_gaps(call, school)
            ]
        )
    ]


def _nothing_begun(schools: list[tuple[Establishment, Application | None]]) -> str:
    """The lycées that have no file at a call; the last one that each has withdrawn is named."""
    none = ", ".join(school.name for school, file in schools if file is None)
    told = [f"{school.name} · dossier {file.reference} retiré, un autre peut être commencé" for school, file in schools if file]
    return " ; ".join([f"{none} · aucun dossier commencé"] * bool(none) + told)


def _act(file: Application, name: str) -> str:
    """The page where a transition of a file is confirmed."""
    return reverse("calls:action", args=[file.reference, name])


def _name(file: Application) -> str:
    return file.title or file.call.title


LATE_SHOWN = 5  # late files listed one by one; the others wait behind the list
PUBLISH_SOON = timedelta(days=14)


def todo_for_staff(user: User) -> list[TodoItem]:
    """Files to check for case officers, next steps of the calls for their managers."""
    items = _for_officer(user) if rules.instructs_files(user) else []
    return items + _to_unseal(user) + (_for_manager() if rules.runs_calls(user) else [])


def _to_unseal(user: User) -> list[TodoItem]:
    """The sealed files whose opening another person has asked for. One query, and one for each such call."""
    if not rules.makes_calls(user):
        return []
    asked = Call.objects.filter(state=CallState.PUBLISHED, sealed=True, unsealed_at=None, opening_asked_at__isnull=False)
    return [
        TodoItem(
            f"Ouvrir les dossiers scellés de « {call.title} »",
            f"Ouverture demandée le {day(call.opening_asked_at, year=False)} par une autre personne",
            f"{call.get_absolute_url()}action/open_files/",
            "Lire et ouvrir",
        )
        for call in asked.order_by("opening_asked_at", "pk")
        if rules.opens_sealed_files(call, user)
    ]


def _for_officer(user: User) -> list[TodoItem]:
    """Late and received complements, then what remains to be checked, call by call."""
    submitted = Application.objects.visible_to(user).filter(state=ApplicationState.SUBMITTED).order_by()
    today = timezone.localdate()
    late = CompletionRequest.objects.still_open().filter(due_on__lt=today, application__in=submitted.values("pk"))
    late = late.select_related("application__establishment").order_by("due_on", "pk")[:LATE_SHOWN]
    items = [_late(request) for request in late]
    received = files_queries.files_in_view(submitted, "complements-recus", today).count()
    if received:
        title = f"Statuer sur {count(received, 'dossier')} dont les compléments sont arrivés"
        items.append(TodoItem(title, "", f"{reverse('calls:files')}?vue=complements-recus", "Ouvrir", level="info"))
    items += [_to_be_withdrawn(asked.application) for asked in files_queries.withdrawal_asked_lately(user)[:LATE_SHOWN]]
    items += [_withdrawn(file) for file in files_queries.withdrawn_lately(user)[:LATE_SHOWN]]
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


def _to_be_withdrawn(file: Application) -> TodoItem:
    """Nothing is to be done but to know: whoever signs for the lycée answers its team."""
    title = f"{file.establishment.name}, {file.establishment.commune_name} : retrait demandé par l’équipe"
    return TodoItem(title, f"{file.call.title} · {file.reference}", file.get_absolute_url(), "Ouvrir", level="info")


def _withdrawn(file: Application) -> TodoItem:
    """Said for a few days: nothing is to be done, and whoever followed the file must know."""
    title = f"{file.establishment.name}, {file.establishment.commune_name} : dossier retiré par son lycée"
    return TodoItem(title, f"{file.call.title} · {file.reference}", file.get_absolute_url(), "Lire pourquoi", level="neutral")


def _calls_to_check(submitted: QuerySet[Application]) -> QuerySet:
    """The calls that have files to check, with how many do not wait for complements."""
    waiting = CompletionRequest.objects.still_open()
    free = submitted.exclude(pk__in=waiting.values("application"))
    return free.values("call__reference", "call__title").annotate(total=Count("pk")).order_by("call__reference")


def _for_manager() -> list[TodoItem]:
    """The next step of each call, when it can be taken."""
    now = timezone.now()
    calls = Call.objects.filter(state__in=CallState.BEFORE_SCORING).annotate(
        to_check=Count("applications", filter=Q(applications__state=ApplicationState.SUBMITTED)),
        admissible=Count("applications", filter=Q(applications__state=ApplicationState.ADMISSIBLE)),
    )
    items = [_next_step(call, now) for call in calls.order_by("closes_at", "pk")]
    return [item for item in items if item]


def _next_step(call: Call, now: datetime) -> TodoItem | None:
    url = reverse("calls:steered_call", args=[call.reference])
    if call.state == CallState.DRAFT:
        if call.opens_at > now + PUBLISH_SOON:
            return None
        return TodoItem(f"Publier l’appel « {call.title} »", f"Il doit ouvrir le {day(call.opens_at)}", url, "Préparer", due=call.opens_at)
    if call.state == CallState.PUBLISHED:
        if call.last_deadline >= now:  # a lycée that was given more time may still file
            return None
        closed_at = call.latest_closing if call.has_extensions else call.closes_at
        detail = f"Clos depuis le {day(closed_at)} · {count(call.to_check, 'dossier déposé', 'dossiers déposés')}"
        if call.is_sealed:
            if call.opening_asked_at:
                return None  # told to whoever may open them
            return TodoItem(f"Demander l’ouverture des dossiers scellés de « {call.title} »", detail, url, "Demander l’ouverture")
        return TodoItem(f"Ouvrir l’instruction de « {call.title} »", detail, url, "Ouvrir l’instruction")
    if call.to_check or not call.admissible:
        return None
    detail = f"{count(call.admissible, 'dossier recevable', 'dossiers recevables')}, plus aucun à statuer"
    return TodoItem(f"Ouvrir la notation de « {call.title} »", detail, url, "Ouvrir la notation", due=call.jury_on)
