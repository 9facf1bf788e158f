"""What awaits jurors, those who run juries, prepare sittings, propose decisions and release results."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.text.dates import day, hour
from portal.text.french import count
from portal.ui.todo import TodoItem
from scoring import rules
from scoring.enums import JuryQuestionState, SessionState
from scoring.models import FundingDecision, JuryQuestion, SelectionSession
from scoring.queries import assessment, jury


def of_jury(user: User) -> list[TodoItem]:
    """Readings to hand in; juries to prepare."""
    items = _piles(user) if rules.sits_in_jury(user) else []
    return items + (_juries(user) + _questions(user) if rules.prepares_juries(user) else [])


def _questions(user: User) -> list[TodoItem]:
    """What jurors ask lycées, that somebody has to send. One query."""
    proposed = JuryQuestion.objects.visible_to(user).filter(state=JuryQuestionState.PROPOSED, application__call__state=CallState.ASSESSMENT)
    rows = proposed.order_by().values("application__call__title", "application__call__reference", "application__call__jury_on")
    return [
        TodoItem(
            f"Envoyer {count(row['total'], 'question')} du jury à des lycées",
            row["application__call__title"],
            reverse("scoring:questions", args=[row["application__call__reference"]]),
            "Lire et envoyer",
            due=row["application__call__jury_on"],
        )
        for row in rows.annotate(total=Count("pk")).order_by("application__call__reference")
    ]


def _piles(user: User) -> list[TodoItem]:
    items = []
    for row in assessment.pile_counts(user):
        left = row["total"] - row["done"]
        if left:
            detail = f"{row['application__call__title']} · {count(row['done'], 'rendu')} sur {row['total']}"
            items.append(
                TodoItem(f"Noter {count(left, 'dossier')}", detail, reverse("scoring:pile"), "Noter", due=row["application__call__jury_on"])
            )
    return items


def _juries(user: User) -> list[TodoItem]:
    """What is missing before or during the scoring of each call: grid, panel, readers."""
    calls = jury.jury_calls_with_progress(user).filter(state__in=[CallState.PUBLISHED, CallState.INSTRUCTION, CallState.ASSESSMENT])
    return [item for call in calls if (item := _jury(call))]


def _jury(call: Call) -> TodoItem | None:
    of_call = [call.reference]
    if not hasattr(call, "grid"):
        return TodoItem("Préparer la grille du jury", call.title, reverse("scoring:grid", args=of_call), "Préparer", level="neutral")
    if not call.n_seats and call.state != CallState.PUBLISHED:
        return TodoItem(
            "Composer le jury", call.title, reverse("scoring:panel", args=of_call), "Composer", due=call.jury_on, level="neutral"
        )
    if call.n_files and not call.n_readings and call.n_seats:
        detail = f"{call.title} · {count(call.n_files, 'dossier')} sans lecteur"
        return TodoItem("Confier les dossiers aux jurés", detail, reverse("scoring:assignment", args=of_call), "Confier", due=call.jury_on)
    return None


def of_sittings(user: User) -> list[TodoItem]:
    """Sittings to come, decisions to propose, votes to record, results to release: two queries at most."""
    if not (rules.sits_in_jury(user) or _takes_steps(user)):
        return []
    return _sittings(user) + (_steps(user) if _takes_steps(user) else [])


def _sittings(user: User) -> list[TodoItem]:
    chairs = Q(call__panel__user_id=user.pk, call__panel__is_chair=True) if rules.sits_in_jury(user) else Q(pk=None)
    awaited = Q(state__in=SessionState.LIVE) | Q(chairs, state=SessionState.CLOSED)
    rows = SelectionSession.objects.visible_to(user).filter(awaited).select_related("call").distinct().order_by("held_at", "pk")
    if not rules.sits_in_jury(user) and not rules.prepares_juries(user):
        return []
    return [_sitting(row) for row in rows]


def _sitting(row: SelectionSession) -> TodoItem:
    detail = f"{row.call.title} · {day(row.sat_at)} à {hour(row.sat_at)}{f', {row.place}' if row.place else ''}"
    if row.state == SessionState.CLOSED:
        return TodoItem("Signer le procès-verbal de la séance du jury", detail, row.get_absolute_url(), "Relire et signer")
    title, verb = ("La séance du jury est ouverte", "Entrer") if row.state == SessionState.OPEN else ("Séance du jury", "Préparer")
    return TodoItem(title, detail, row.get_absolute_url(), verb, due=row.held_at if row.state == SessionState.PREPARED else None)


def _takes_steps(user: User) -> bool:
    """Whether some step between a sitting and the release is this person's."""
    return rules.prepares_juries(user) or rules.decides_funding(None, user)


def _steps(user: User) -> list[TodoItem]:
    """The next step of each call between its sitting and its release, for the role that takes it."""
    closed = SelectionSession.objects.filter(call=OuterRef("pk"), state__in=SessionState.OVER)
    calls = (
        Call.objects.filter(state__in=CallState.DECIDING)
        .annotate(
            is_closed=Exists(closed),
            has_sitting=Exists(SelectionSession.objects.filter(call=OuterRef("pk")).exclude(state=SessionState.CANCELLED)),
            is_decided=Exists(FundingDecision.objects.filter(application__call=OuterRef("pk"))),
        )
        .order_by("reference")
    )
    return [item for call in calls for item in _step(call, user)]


def _step(call: Call, user: User) -> list[TodoItem]:
    url = f"{reverse('scoring:decisions')}?appel={call.reference}"
    if call.state == CallState.VOTED:
        item = TodoItem(
            "Notifier les décisions et publier les résultats", call.title, reverse("scoring:release", args=[call.reference]), "Préparer"
        )
        return [item] if rules.prepares_juries(user) else []
    if not call.has_sitting:
        return (
            [TodoItem("Préparer la séance du jury", call.title, reverse("scoring:session_create"), "Préparer")]
            if rules.prepares_juries(user)
            else []
        )
    if not call.is_closed or not rules.decides_funding(call, user):
        return []
    if not call.is_decided:
        return [TodoItem("Proposer les décisions", call.title, url, "Proposer")]
    return [
        TodoItem(
            "Enregistrer le vote de la Commission permanente", call.title, reverse("scoring:vote", args=[call.reference]), "Enregistrer"
        )
    ]
