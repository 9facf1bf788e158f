"""Notification of a decision: what it says, where it comes from, how it is drawn."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from calls.enums import Outcome
from exports.papers.parties import Issuer, Party, issuer, school
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import DataTable, body, facts, heading
from exports.registry import document, sees
from portal.accounts.models import User
from portal.text.appeals import WAYS_OF_APPEAL
from portal.text.dates import printed_day
from portal.text.french import euros, mark
from scoring.enums import DecisionState
from scoring.models import FundingDecision
from scoring.queries.amounts import public_amounts
from scoring.wording import cuts
from scoring.wording.motives import points_of_reason


@dataclass(frozen=True)
class ReasonRow:
    criterion: str
    points: str  # "3,50", or why there are none
    out_of: str  # "5"; empty without points
    sentence: str


@dataclass(frozen=True)
class GrantedLine:
    label: str
    quantity: int | None  # None: an amount, which is paid
    amount: Decimal


@dataclass(frozen=True)
class CutLine:
    label: str  # with what is not retained of it
    reason: str


@dataclass(frozen=True)
class LetterRow:
    """Notification of a decision, with its reasons and the ways of appeal."""

    issuer: Issuer
    reference: str
    call_title: str
    establishment: Party
    project_title: str
    outcome: str
    outcome_label: str
    granted_amount: Decimal
    to_pay_amount: Decimal
    requested_amount: Decimal
    score: Decimal | None
    scale: int
    rank: int | None
    motive: str
    vote_number: str
    voted_on: date
    issued_at: datetime
    amount_reason: str = ""
    amounts_rule: str = ""
    reasons: tuple[ReasonRow, ...] = ()
    lines: tuple[GrantedLine, ...] = ()
    cuts: tuple[CutLine, ...] = ()


def letter_row(decision: FundingDecision) -> LetterRow:
    """The notification of one decision. The vote must be recorded."""
    application = decision.application
    grid = getattr(application.call, "grid", None)
    lines = decision.lines.select_related("request_line")
    return LetterRow(
        issuer=issuer(application.call.contact_email),
        reference=application.reference,
        call_title=application.call.title,
        establishment=school(application.establishment),
        project_title=application.title,
        outcome=decision.outcome,
        outcome_label=Outcome(decision.outcome).label,
        granted_amount=decision.granted_amount,
        to_pay_amount=decision.to_pay_amount,
        requested_amount=application.requested_amount,
        score=decision.score,
        scale=grid.scale if grid else 100,
        rank=decision.rank,
        motive=decision.motive,
        vote_number=application.call.vote.number,
        voted_on=application.call.vote.held_on,
        issued_at=decision.released_at or timezone.now(),
        amount_reason=decision.amount_reason,
        amounts_rule=public_amounts(application.call) if decision.amount_reason else "",
        reasons=tuple(ReasonRow(r.get("criterion", ""), *points_of_reason(r), r.get("sentence", "")) for r in decision.reasons),
        lines=tuple(GrantedLine(line.heading, line.quantity, line.granted_amount) for line in lines),
        cuts=tuple(CutLine(cuts.told(cut), cuts.reason(cut)) for cut in decision.cuts.all()),
    )


_OPENING = {
    Outcome.AWARDED: "J’ai le plaisir de vous informer que la Région retient votre projet.",
    Outcome.PARTLY_AWARDED: "J’ai le plaisir de vous informer que la Région retient une partie de votre projet.",
    Outcome.RESERVE: "Votre projet figure sur la liste complémentaire. Il pourra être retenu si un lycée se désiste.",
    Outcome.REJECTED: "La Région n’a pas pu retenir votre projet.",
}


def render_letter(row: LetterRow) -> bytes:
    """Letter to the head of establishment: the decision, its reasons criterion by criterion, what is granted, how to appeal."""
    title = f"Décision {row.reference}"
    blocks = [
        *body("\n".join((row.establishment.name, *row.establishment.lines))),
        *body(f"Le {printed_day(row.issued_at)}"),
        heading(f"{row.call_title} : décision sur votre dossier {row.reference}"),
        *body("Madame, Monsieur,"),
        *body(_OPENING[row.outcome]),
        *facts(_summary(row)),
        heading("Les motifs", 2),
        *body(row.motive),
        *([heading("Le montant", 2), *body(row.amount_reason), *body(row.amounts_rule)] if row.amount_reason else []),
    ]
    if row.reasons:
        rows = [[r.criterion, f"{r.points} sur {r.out_of}" if r.out_of else r.points, r.sentence] for r in row.reasons]
        blocks.append(DataTable(["Critère", "Points", "Appréciation"], rows, [4, 2, 6], {1}))
    if row.lines:
        blocks.append(heading("Ce qui est accordé", 2))
        rows = [[line.label, "à verser" if line.quantity is None else str(line.quantity), euros(line.amount)] for line in row.lines]
        blocks.append(
            DataTable(["Accordé", "Quantité", "Montant TTC"], rows, [6, 1.5, 2.5], {1, 2}, total=["Total", "", euros(row.granted_amount)])
        )
        blocks += body(_how_given(row)) if row.to_pay_amount else []
    if row.cuts:
        blocks.append(heading("Ce qui n’est pas accordé", 2))
        blocks.append(DataTable(["Non accordé", "Motif"], [[cut.label, cut.reason] for cut in row.cuts], [5, 7], set()))
    blocks += [heading("Si vous contestez cette décision", 2), *(block for text in _appeal(row) for block in body(text))]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, {row.issuer.service}"))


def _how_given(row: LetterRow) -> str:
    """Which part of the aid the lycée receives in money."""
    if row.to_pay_amount == row.granted_amount:
        return "Cette somme est versée au lycée. La Région ne commande rien pour ce projet."
    return f"{euros(row.to_pay_amount)} sont versés au lycée. Le reste lui est livré : la Région passe les commandes."


def _summary(row: LetterRow) -> list[tuple[str, str]]:
    pairs = [
        ("Décision", row.outcome_label),
        ("Délibération de la Commission permanente", f"n° {row.vote_number} du {printed_day(row.voted_on)}"),
        ("Projet", row.project_title),
        ("Montant demandé TTC", euros(row.requested_amount)),
    ]
    if row.granted_amount:
        pairs.append(("Montant accordé TTC", euros(row.granted_amount)))
    if row.score is not None:
        pairs.append(("Note du jury", f"{mark(row.score)} sur {row.scale}" + (f", rang {row.rank}" if row.rank else "")))
    return pairs


def _appeal(row: LetterRow) -> list[str]:
    return [
        WAYS_OF_APPEAL,
        "La note est établie par un jury ; un calcul classe les dossiers par note et vérifie l’enveloppe et les équilibres fixés par l’appel. "
        "Vous pouvez demander les règles de ce calcul et les éléments qui vous concernent (code des relations entre le public et "
        "l’administration, article L311-3-1).",
        f"Contact : {row.issuer.service}" + (f", {row.issuer.contact}." if row.issuer.contact else "."),
    ]


def may_read_letter(user: User, decision: FundingDecision) -> bool:
    """The school and the staff of the file, once released; nobody before."""
    if decision.state not in DecisionState.KNOWN:
        return False
    return sees(user, decision.application)


document(
    "decision_letter",
    "Décision",
    FundingDecision,
    lambda decision: render_letter(letter_row(decision)),
    reference=lambda decision: decision.application.reference,
    label="Lettre de décision",
    may_read=may_read_letter,
    drawn_after=("release",),
)
