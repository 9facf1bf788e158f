"""What a passage taken back needs and does, and who is told: the contrary of `readiness`."""

from collections.abc import Callable, Iterator

from django.db.models import Model, Q

from calls.models import Application, Call
from calls.queries.people import call_managers
from calls.workflows import passages
from portal.accounts.models import User
from portal.addresses import address
from portal.journal.queries import last_act
from portal.notifications.families import Family
from portal.notifications.registry import EmailNotification, add, sort_into
from portal.text.dates import day
from portal.text.french import count, money
from portal.workflow.readiness import ReadinessLine, missing, past, ready
from scoring import rules
from scoring.enums import AssessmentState, SessionState
from scoring.models import Assessment, FundingDecision, SelectionSession
from scoring.queries.decision import finance_officers, is_being_released, known_decisions

# -- What is needed ---------------------------------------------------------------------------------------------------------


@passages.ready_to_take_back_scoring.give
def no_reading_has_begun(call: Call) -> Iterator[ReadinessLine]:
    """Marks given by jurors are not shut away: past the first, the scoring goes on. An interest declared without any mark begins nothing."""
    untouched = Q(state=AssessmentState.ASSIGNED) | Q(state=AssessmentState.RECUSED, scores=None)
    begun = Assessment.objects.filter(application__call=call).exclude(pk__in=Assessment.objects.filter(untouched).values("pk")).count()
    if begun:
        told = count(begun, "évaluation est commencée", "évaluations sont commencées")
        yield past("Évaluations", f"{told} : la notation ne se ferme plus.")
    else:
        yield ready("Évaluations", "Aucune évaluation n’est commencée.")


@passages.ready_to_take_back_deliberation.give
def no_sitting_is_held(call: Call) -> Iterator[ReadinessLine]:
    """What a jury has before it in its sitting does not change under its eyes."""
    held = list(call.sessions.filter(state__in=(SessionState.OPEN, *SessionState.OVER)).order_by("pk"))
    for sitting in held:
        way = "revenez à sa préparation ou annulez-la d’abord" if sitting.state == SessionState.OPEN else "rouvrez-la d’abord"
        sentence = f"La séance du {day(sitting.sat_at)} est « {sitting.get_state_display()} » : {way}."
        yield missing("Séance", sentence, address=sitting.get_absolute_url(), link="Voir la séance")
    if not held:
        yield ready("Séance", "Aucune séance n’est ouverte ni close.")


@passages.ready_to_end.give
def no_sitting_is_going_on(call: Call) -> Iterator[ReadinessLine]:
    """A sitting that was prepared or opened has nothing to decide on any more: whoever runs it cancels it, and the jury hears."""
    for sitting in call.sessions.filter(state__in=SessionState.LIVE).order_by("pk"):
        sentence = f"La séance du {day(sitting.sat_at)} est « {sitting.get_state_display()} » : annulez-la d’abord."
        yield missing("Séance", sentence, address=sitting.get_absolute_url(), link="Voir la séance")


@rules.ready_to_reopen.give
def no_decision_is_proposed(session: SelectionSession) -> Iterator[ReadinessLine]:
    proposed = FundingDecision.objects.filter(application__call=session.call).count()
    if proposed:
        told = count(proposed, "décision est proposée", "décisions sont proposées")
        where = {"address": f"{address('scoring:decisions')}?appel={session.call.reference}", "link": "Voir les décisions"}
        yield missing("Décisions", f"{told} d’après cette séance : les finances les reprennent d’abord, avant le vote.", **where)
    else:
        yield ready("Décisions", "Aucune décision n’est encore proposée.")


@passages.ready_to_undo_vote.give
def nothing_is_released(call: Call) -> Iterator[ReadinessLine]:
    """Once one school has its letter, the vote has been: a decision is then appealed against."""
    if known := known_decisions(call):
        told = count(known, "lycée a déjà reçu sa lettre", "lycées ont déjà reçu leur lettre")
        yield past("Notification", f"{told} : la décision se conteste par un recours.")
    elif is_being_released(call):
        yield past("Notification", "La notification est en cours : attendez sa fin, ou arrêtez-la avant qu’une lettre ne parte.")
    else:
        yield ready("Notification", "Aucun lycée n’a reçu de lettre.")


@passages.ready_to_restore_award.give
def envelope_holds_the_aid(application: Application) -> Iterator[ReadinessLine]:
    """The money went back to the envelope: it may have been given to others since."""
    decision = FundingDecision.objects.filter(application=application, envelope__isnull=False).select_related("envelope").first()
    if decision is None:
        return
    wanted, left = decision.given_back_amount, decision.envelope.remaining_amount
    if wanted > left:
        sentence = f"Il reste {money(left)} à l’enveloppe « {decision.envelope.label} » ; l’aide en reprendrait {money(wanted)}."
        where = {"address": f"{address('scoring:decisions')}?appel={application.call.reference}", "link": "Voir les enveloppes"}
        yield missing("Enveloppe", sentence, **where)
    else:
        yield ready("Enveloppe", f"Il reste {money(left)} à l’enveloppe « {decision.envelope.label} », l’aide y tient.")


# -- What it does -----------------------------------------------------------------------------------------------------------


@passages.taking_back_scoring.give
def what_closing_the_scoring_does(call: Call) -> Iterator[str]:
    yield "L’appel redevient « En instruction » : recevabilité, jury et attribution peuvent encore changer, puis la notation se rouvre."
    yield "Les dossiers déjà confiés aux jurés le restent ; ils ne se notent plus jusque-là, et le jury en est prévenu par courriel."


@passages.taking_back_deliberation.give
def what_reopening_the_scoring_does(call: Call) -> Iterator[str]:
    yield "La saisie des notes se rouvre : une évaluation attendue peut être rendue, une évaluation rendue peut être rouverte."
    yield "Le classement n’est plus lu par le jury jusqu’à la prochaine ouverture de la délibération."
    yield f"{count(call.panel.count(), 'membre du jury en est prévenu', 'membres du jury en sont prévenus')} par courriel, avec le motif."


@passages.restoring_award.give
def what_restoring_an_aid_does(application: Application) -> Iterator[str]:
    decision = FundingDecision.objects.filter(application=application, envelope__isnull=False).select_related("envelope").first()
    if decision is not None:
        yield f"L’enveloppe « {decision.envelope.label} » engage de nouveau {money(decision.given_back_amount)} pour ce lycée."
    yield "L’équipe, le chef d’établissement, les gestionnaires d’appels et les finances en sont prévenus par courriel."


# -- Who is told ------------------------------------------------------------------------------------------------------------


class PassageTakenBack(EmailNotification):
    """An act taken back, explained by the reason that its author gave; announced each time that it happens."""

    def __init__(self, code: str, act: str, to: Callable[[Model], list[User]]):
        self.template = f"scoring/email/{code}"
        self.act, self.to = act, to

    def recipients(self, about: Model) -> list[User]:
        return self.to(about)

    def context(self, about: Model, actor: User) -> dict:
        act = last_act(about, self.act)
        return {"reason": act.reason if act else "", "call": getattr(about, "call", about)}

    def event_key(self, code: str, about: Model) -> str:
        act = last_act(about, self.act)
        return f"{super().event_key(code, about)}:{act.pk if act else 0}"


def to_panel(about: Call | SelectionSession) -> list[User]:
    """Those who hold a seat, while their role lasts."""
    call = getattr(about, "call", about)
    return [seat.user for seat in call.panel.select_related("user") if seat.user.is_active and rules.sits_in_jury(seat.user)]


def to_panel_and_managers(about: SelectionSession) -> list[User]:
    return list(dict.fromkeys([*to_panel(about), *call_managers()]))


def to_panel_and_finance(about: SelectionSession) -> list[User]:
    return list(dict.fromkeys([*to_panel(about), *finance_officers()]))


def to_managers_and_finance(about: Call) -> list[User]:
    return list(dict.fromkeys([*call_managers(), *finance_officers()]))


for code, act, to in (
    ("scoring_taken_back", "take_back_scoring", to_panel),
    ("scoring_reopened", "take_back_deliberation", to_panel),
    ("sitting_cancelled", "cancel", to_panel),
    ("sitting_reopened", "reopen", to_panel_and_finance),
    ("minutes_withdrawn", "withdraw_signature", to_panel_and_managers),
    ("vote_undone", "undo_vote", to_managers_and_finance),
):
    add(code, PassageTakenBack(code, act, to))
    sort_into(Family.FILES, code)
