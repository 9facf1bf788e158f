"""What decisions, envelopes, the vote and the release read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from calls.enums import CallState, NeedKind, Outcome
from calls.models import Call
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import holders_of
from portal.addresses import address
from portal.jobs.models import Job
from portal.text.dates import day
from portal.text.french import count, money
from portal.workflow.readiness import ReadinessLine, missing, ready
from scoring import rules
from scoring.enums import DecisionState, SessionState
from scoring.models import DecisionLine, Envelope, FundingDecision, SelectionSession, Vote
from scoring.queries.jury import files_before_jury
from scoring.queries.money import ZERO, exact_sum
from scoring.queries.proof import bettered_scenario
from scoring.queries.ranking import CriterionMark, marks_by_criterion
from scoring.release_effects import Effect

LAST = 1_000_000  # the place of a file without rank
NAMED = 5  # files named in a sentence; the others are counted

# -- What is already known, and what is asked ---------------------------------------------------------------------------------


def known_decisions(call: Call) -> int:
    """How many lycées of the call have their decision: from the first one, its vote is made known."""
    return FundingDecision.objects.filter(application__call=call, state__in=DecisionState.KNOWN).count()


def release_key(call: Call) -> str:
    """What the one work of notification of a call is known by."""
    return f"release-{call.pk}"


def is_being_released(call: Call) -> bool:
    """Whether the notification of the call is asked for or under way."""
    return Job.objects.filter(dedupe_key=release_key(call), state__in=Job.State.ALIVE).exists()


# -- Reasons ------------------------------------------------------------------------------------------------------------------


def reasons_by_file(call: Call, file_ids: Iterable[int]) -> dict[int, list[dict]]:
    """For each file (id), its reasons per criterion as kept in the decision: no juror's name, no remark of one juror."""
    file_ids = list(file_ids)
    if not hasattr(call, "grid"):
        return {file_id: [] for file_id in file_ids}
    return {file_id: [_reason(mark) for mark in marks] for file_id, marks in marks_by_criterion(call, file_ids).items()}


def _reason(mark: CriterionMark) -> dict:
    given = {"points": None, "absence": mark.absence} if mark.points is None else {"points": f"{mark.points:.2f}"}
    return {
        "criterion": mark.criterion.label,
        **given,
        "out_of": str(mark.criterion.max_points),
        "sentence": mark.sentence or _level_sentence(mark),
    }


NO_POINTS = {
    "aucune note": "Aucun juré n’a rendu d’évaluation de ce dossier.",
    "ne s’applique pas": "Ce critère ne s’applique pas à ce dossier.",
    "sans objet": "Le jury a jugé ce critère sans objet pour ce dossier.",
    "non calculé": "Ce critère n’a pas pu être calculé pour ce lycée.",
}


def _level_sentence(mark: CriterionMark) -> str:
    """The named level that the mean is; the two that it is between; without points, the true reason. A mean of 3,5 is not the level of 2."""
    if mark.points is None:
        return NO_POINTS[mark.absence]
    levels = sorted(((Decimal(str(level["points"])), level) for level in mark.criterion.levels), key=itemgetter(0))
    same = [level for points, level in levels if points == mark.points]
    if same:
        described = same[0].get("description", "").strip()
        return f"Niveau « {same[0]['label']} »{f' : {described}' if described else '.'}"
    below = [f"« {level['label']} »" for points, level in levels if points < mark.points][-1:]
    above = [f"« {level['label']} »" for points, level in levels if points > mark.points][:1]
    if below and above:
        return f"Entre les niveaux {below[0]} et {above[0]}."
    return f"Au-dessus du niveau {below[0]}." if below else f"En dessous du niveau {above[0]}." if above else ""


# -- Envelopes ------------------------------------------------------------------------------------------------------------------


def envelopes_of(call: Call) -> QuerySet[Envelope]:
    """Envelopes with `n_decisions`, and in euros `requested_amount`, `proposed_amount`, `voted_amount` of what takes from them.

    `voted_amount` is of the aids that stand; those that schools have declined are `declined_amount`.
    """
    settled, declined = Q(decisions__state__in=DecisionState.SETTLED), Q(decisions__state=DecisionState.DECLINED)
    return (
        Envelope.objects.filter(call=call)
        .annotate(
            n_decisions=Count("decisions"),
            requested_amount=exact_sum("decisions__application__requested_amount"),
            proposed_amount=exact_sum("decisions__granted_amount", filter=Q(decisions__state=DecisionState.PROPOSED)),
            voted_amount=exact_sum("decisions__granted_amount", filter=settled),
            declined_amount=exact_sum("decisions__granted_amount", filter=declined),
        )
        .in_tree_order()
    )


@dataclass(frozen=True)
class CallMoney:
    """The money of one call, in euros, from what lycées ask to what is left."""

    requested: Decimal
    total: Decimal
    committed: Decimal
    announced: Decimal = ZERO

    @property
    def remaining(self) -> Decimal:
        return self.total - self.committed

    @property
    def gap_sentence(self) -> str:
        """What its page announces beside what the envelopes hold, where they differ; empty while none is open."""
        if not self.total or self.total == self.announced:
            return ""
        apart = "de plus" if self.total > self.announced else "de moins"
        return (
            f"La page de l’appel annonce {money(self.announced)} : les enveloppes font {money(abs(self.total - self.announced))} {apart}."
        )


def money_of(call: Call) -> CallMoney:
    """The money of a call: what lycées ask before the jury, its envelopes beside what it announced, what is committed."""
    asked = files_before_jury(call).aggregate(total=exact_sum("requested_amount"))["total"]
    opened = Envelope.objects.filter(call=call)
    sums = opened.aggregate(total=exact_sum("amount", filter=Q(parent=None)), committed=exact_sum("committed_amount"))
    return CallMoney(asked, sums["total"], sums["committed"], call.budget_amount)


# -- Decisions --------------------------------------------------------------------------------------------------------------------


def decision_calls(user: User) -> QuerySet[Call]:
    """Calls that have reached their decisions, the latest first; none for whoever does not read decisions."""
    if not rules.reads_decisions(user):
        return Call.objects.none()
    seen = FundingDecision.objects.visible_to(user).values("application__call")
    reached = Q(pk__in=seen) | Q(state__in=CallState.DECIDING)
    return Call.objects.visible_to(user).filter(reached).order_by("-opens_at", "pk")


def decisions_of(call: Call, user: User) -> QuerySet[FundingDecision]:
    """The decisions of a call with all that a line of the list shows.

    `place` and `points` sort files without rank or score after the others, on every engine.
    """
    return (
        FundingDecision.objects.visible_to(user)
        .filter(application__call=call)
        .select_related("application__establishment__authority", "application__establishment__department", "envelope")
        .annotate(place=Coalesce("rank", LAST), points=Coalesce("score", Value(Decimal(-1))))
        .order_by("place", "pk")
    )


def decisions_listed(call: Call, user: User) -> QuerySet[FundingDecision]:
    """The same with the columns of the list alone: another one would cost a query per line."""
    file, school = "application", "application__establishment"
    return decisions_of(call, user).select_related(None).select_related(f"{school}__department", "envelope").only(
        "state", "rank", "score", "outcome", "granted_amount", "to_pay_amount", "envelope__label",
        f"{file}__state", f"{file}__reference", f"{file}__requested_amount",
        f"{school}__name", f"{school}__commune_name", f"{school}__department__code",
    )  # fmt: skip


def granted_total(call: Call) -> Decimal:
    """Euros granted by the decisions of the call, those that schools have declined left out."""
    return FundingDecision.objects.granting().filter(application__call=call).aggregate(total=exact_sum("granted_amount"))["total"]


def counts_by_outcome(call: Call) -> dict[str, int]:
    """Outcome → number of decisions that stand, every outcome present; under `declined`, the aids that schools have declined."""
    decisions = FundingDecision.objects.filter(application__call=call).order_by()
    declined = Q(state=DecisionState.DECLINED)
    rows = decisions.values_list("outcome").annotate(n=Count("pk", filter=~declined), gone=Count("pk", filter=declined))
    found = list(rows)
    counts = {outcome.value: 0 for outcome in Outcome} | {outcome: n for outcome, n, _ in found}
    return counts | {DecisionState.DECLINED.value: sum(gone for *_, gone in found)}


def finance_officers() -> QuerySet[User]:
    """Who hears of the money of decisions: every finance officer in function."""
    return holders_of(RoleGrant.objects.in_force().of_roles(rules.TOLD_OF_MONEY))


def closed_session(call: Call) -> SelectionSession | None:
    """The sitting that gives the decisions of the call."""
    return call.sessions.filter(state__in=SessionState.OVER).first()


# -- The vote -----------------------------------------------------------------------------------------------------------------------


def vote_lines(call: Call) -> Iterator[ReadinessLine]:
    """What the vote of this call needs: its sitting closed, a decision on every file."""
    where = {"address": address("scoring:sessions"), "link": "Voir les séances"}
    session = closed_session(call)
    if session is None:
        yield missing("Séance du jury", "La séance du jury n’est pas close.", **where)
    else:
        yield ready("Séance du jury", f"Close le {day(session.closed_at)}.", address=session.get_absolute_url(), link="La relire")
    if session and (better := bettered_scenario(call)):
        yield missing(
            "Scénario",
            f"Une meilleure sélection que « {better.name} » existe : rouvrez la séance, relancez le calcul et retenez le nouveau scénario.",
            address=better.get_absolute_url(),
            link="Le relire",
        )
    decisions = {"address": f"{address('scoring:decisions')}?appel={call.reference}", "link": "Voir les décisions"}
    undecided = list(files_before_jury(call).filter(decision=None).order_by("reference").values_list("reference", flat=True))
    proposed = FundingDecision.objects.filter(application__call=call).count()
    if undecided:
        yield missing("Décisions", f"{count(len(undecided), 'dossier')} sans décision : {_named(undecided)}.", **decisions)
    if not proposed:
        yield missing("Décisions", "Aucune décision n’est proposée.", **decisions)
    elif not undecided:
        yield ready("Décisions", f"{count(proposed, 'décision proposée', 'décisions proposées')}, une par dossier.", **decisions)


def vote_obstacles(call: Call) -> list[str]:
    """What still prevents the vote of this call, one sentence each."""
    return [line.sentence for line in vote_lines(call) if line.is_missing]


def _named(references: list[str]) -> str:
    left = len(references) - NAMED
    return ", ".join(references[:NAMED]) + (f" et {left} autre{'s' if left > 1 else ''}" if left > 0 else "")


# -- The release ----------------------------------------------------------------------------------------------------------------------


def release_obstacles(call: Call, lines: Iterable[ReadinessLine] | None = None) -> list[str]:
    """What prevents the release of this call, one sentence each; `lines`: those of `release_lines`, when they are already read."""
    if call.has_results:
        return ["Les résultats de cet appel sont déjà publiés."]
    return [line.sentence for line in (release_lines(call) if lines is None else lines) if line.is_missing]


def release_lines(call: Call) -> Iterator[ReadinessLine]:
    """What the release of this call needs: its vote, carried to every decision."""
    where = {"address": f"{address('scoring:decisions')}?appel={call.reference}", "link": "Voir les décisions"}
    vote = Vote.objects.filter(call=call).first()
    if vote is None or call.state not in CallState.AFTER_VOTE:
        yield missing("Vote", "Le vote de la Commission permanente n’est pas enregistré.", **where)
    else:
        yield ready("Vote", f"Délibération {vote.number} du {day(vote.held_on)}.")
    if Job.objects.filter(dedupe_key=f"undo-vote-{call.pk}", state__in=Job.State.ALIVE).exists():
        yield missing("Vote", "L’annulation du vote est en cours : elle va au bout.", **where)
    left = FundingDecision.objects.filter(application__call=call, state=DecisionState.PROPOSED).count()
    if left and vote:
        yield missing("Décisions", f"Le vote n’est pas encore porté sur {count(left, 'décision')}.", **where)
    elif vote:
        voted = FundingDecision.objects.filter(application__call=call).count()
        yield ready("Décisions", f"{count(voted, 'décision votée', 'décisions votées')}.", **where)


@dataclass(frozen=True)
class Addressees:
    """What one lycée will receive."""

    decision: FundingDecision
    people: list
    mailbox: str

    @property
    def reached(self) -> int:
        return len(self.people) + bool(self.mailbox)


def deliveries(decisions: Iterable[FundingDecision]) -> list[Addressees]:
    """For each decision, who gets its message: head, members, school mailbox."""
    decisions = list(decisions)
    schools = {decision.application.establishment_id for decision in decisions}
    people: dict[int, dict[int, User]] = {}
    for grant in _school_grants().filter(establishment__in=schools).select_related("user").order_by("pk"):
        people.setdefault(grant.establishment_id, {})[grant.user_id] = grant.user
    return [
        Addressees(d, list(people.get(d.application.establishment_id, {}).values()), d.application.establishment.email) for d in decisions
    ]


def _school_grants() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.in_force().in_teams().filter(user__is_active=True)


def unreached(call: Call) -> list[str]:
    """Lycées that no message can reach: neither a person of the school nor a mailbox. Their letter must go by post."""
    told = _school_grants().filter(establishment=OuterRef("establishment"))
    files = files_before_jury(call).filter(establishment__email="").exclude(Exists(told)).select_related("establishment")
    return [f"{file.establishment.name}, {file.establishment.commune_name}" for file in files.order_by("reference")]


def messages_to_come(call: Call) -> list[Effect]:
    """Messages by e-mail: people of the schools and mailboxes, each once per file."""
    schools = FundingDecision.objects.filter(application__call=call).values("application__establishment")
    pairs = _school_grants().filter(establishment__in=schools).order_by().values("user", "establishment").distinct().count()
    boxes = FundingDecision.objects.filter(application__call=call).exclude(application__establishment__email="").count()
    people, mailboxes = count(pairs, "personne"), count(boxes, "adresse institutionnelle", "adresses institutionnelles")
    return [Effect("Messages électroniques", pairs + boxes, f"{people} et {mailboxes}.")]


def letters_to_come(call: Call) -> list[Effect]:
    """One letter per decision."""
    counts = counts_by_outcome(call)
    told = ", ".join(f"{counts[outcome]} × {outcome.label.lower()}" for outcome in Outcome if counts[outcome])
    return [Effect("Lettres de notification", sum(counts.values()), told)]


def results_to_come(call: Call) -> list[Effect]:
    """The public page of results."""
    retained = FundingDecision.objects.granting().filter(application__call=call).count()
    shown = count(retained, "lycée retenu", "lycées retenus")
    return [Effect("Page de résultats", 1, f"{shown}. Publiée à la fin de la notification.")]


def amounts_to_pay(call: Call) -> list[Effect]:
    """Amounts granted, which the lycées receive in money: nothing of them is ordered."""
    paying = FundingDecision.objects.granting().filter(application__call=call, to_pay_amount__gt=0)
    sums = paying.aggregate(files=Count("pk"), amount=exact_sum("to_pay_amount"))
    if not sums["files"]:
        return []
    return [Effect("Aides à verser", sums["files"], f"{money(sums['amount'])} à verser aux lycées, sans commande.")]


def needs_to_order(call: Call) -> list[Effect]:
    """Retained needs, from which orders are drafted: one draft per lycée and kind of need, at least."""
    lines = DecisionLine.objects.needs().filter(decision__application__call=call).order_by()
    pairs = lines.values_list("request_line__kind").annotate(files=Count("decision", distinct=True), lines=Count("pk"))
    labels = dict(NeedKind.choices)
    return [
        Effect(
            f"Brouillons, {labels[kind].lower()}",
            files,
            f"{count(rows, 'ligne retenue', 'lignes retenues')} à commander, un brouillon par lycée au moins.",
        )
        for kind, files, rows in sorted(pairs, reverse=True)
    ]
