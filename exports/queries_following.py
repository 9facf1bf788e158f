"""Rows of what is signed: acceptance of an order or of works, minutes of a sitting."""

from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from exports.pdf.formats import day, number
from exports.queries import issuer, parties_of
from exports.rows import AcceptanceRow, BodyRow, DecidedRow, MinutesRow, ReserveRow
from orders.models import CablingWork, PurchaseOrder
from portal.journal.models import JournalEntry
from scoring.models import ScenarioLine, SelectionSession
from scoring.queries.conflicts import conflict_pairs
from scoring.queries.session import attendance_of

ACCEPTED, LIFTED = ("accept", "accept_with_reserves"), ("lift_reserves",)


def acceptance_row(document: PurchaseOrder | CablingWork) -> AcceptanceRow:
    """The acceptance that has just been pronounced, with the reserves written then."""
    reserves = _reserves(document)
    said = f"La réception est prononcée avec {len(reserves)} réserve{'s' if len(reserves) > 1 else ''}." if reserves else ""
    guarantee = getattr(document, "guarantee_ends_on", None)
    notes = (f"Garantie de parfait achèvement jusqu’au {day(guarantee)} (CCAG-Travaux 2021, article 44.1).",) if guarantee else ()
    return _row(document, "Procès-verbal de réception", ACCEPTED, said or "La réception est prononcée sans réserve.", reserves, notes)


def lifting_row(document: PurchaseOrder | CablingWork) -> AcceptanceRow:
    """The lifting of the last reserve."""
    return _row(document, "Procès-verbal de levée des réserves", LIFTED, "Toutes les réserves sont levées.", _reserves(document), ())


def _row(document, title: str, acts: tuple[str, ...], verdict: str, reserves, notes) -> AcceptanceRow:
    signature = _signature(document, acts)
    return AcceptanceRow(
        issuer=issuer(""),
        heading=title,
        number=document.number,
        subject=f"{'Bon de commande' if isinstance(document, PurchaseOrder) else 'Travaux de câblage'} {document.number}",
        **parties_of(document),
        signed_at=signature.at,
        signed_by=signature.actor_label,
        verdict=verdict,
        lines=tuple(
            (line.item.reference, line.label, f"{line.quantity} {line.item.unit}") for line in document.lines.select_related("item")
        ),
        reserves=reserves,
        notes=notes,
    )


def _reserves(document) -> tuple[ReserveRow, ...]:
    return tuple(
        ReserveRow(r.text, r.due_on, timezone.localdate(r.lifted_at) if r.lifted_at else None, r.lifting_note)
        for r in document.reserves.order_by("raised_at", "pk")
    )


def _signature(subject, acts: tuple[str, ...]) -> JournalEntry:
    """The line of the journal of the act that is signed: who, when. The gate writes it before telling the others."""
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk))
    return about.filter(action__in=acts).latest("pk")


def minutes_row(session: SelectionSession) -> MinutesRow:
    """The minutes of a sitting that is signed. Every file is told: who may read them is decided elsewhere."""
    call, attendance = session.call, attendance_of(session)
    scenario = session.scenarios.get(retained_at__isnull=False)
    lines = list(scenario.lines.select_related("application__establishment").order_by("position"))
    signature = _signature(session, ("sign_minutes",))
    budget = scenario.parameters.get("budget")
    seats = [seat for found in attendance.bodies for seat in found.seats]
    return MinutesRow(
        issuer=issuer(call.contact_email),
        reference=minutes_reference(session),
        call_title=call.title,
        held_at=session.held_at,
        place=session.place,
        chairs=tuple(str(seat.user) for seat in seats if seat.is_chair and seat.is_present),
        bodies=tuple(_body(found) for found in attendance.bodies),
        recusals=_recusals(call, seats, lines),
        scenario=scenario.name,
        method=scenario.get_doctrine_display(),
        envelope=None if budget is None else Decimal(budget),
        selected=tuple(_decided(line) for line in lines if line.is_selected),
        waiting=tuple(_decided(line) for line in lines if line.waiting_rank is not None),
        refused=tuple(_decided(line) for line in lines if not line.is_selected and line.waiting_rank is None),
        remarks=session.remarks,
        signed_at=signature.at,
        signed_by=signature.actor_label,
    )


def minutes_reference(session: SelectionSession) -> str:
    """The call and the day: "L40-V2-2026-11-22"."""
    return f"{session.call.reference}-{timezone.localtime(session.held_at):%Y-%m-%d}"


def _body(found) -> BodyRow:
    return BodyRow(
        name=found.body.name,
        present=tuple(str(seat.user) for seat in found.seats if seat.is_present),
        absent=tuple(str(seat.user) for seat in found.seats if not seat.is_present),
    )


def _recusals(call, seats, lines: list[ScenarioLine]) -> tuple[str, ...]:
    """Who stood aside from which files, declared or found in the roles: one sentence a person."""
    pairs, references = conflict_pairs(call), {line.application_id: line.application.reference for line in lines}
    told = []
    for seat in seats:
        files = sorted(references[key] for user_id, key in pairs if user_id == seat.user_id and key in references)
        if files:
            told.append(
                f"{seat.user} n’a pas pris part à l’examen {'du dossier' if len(files) == 1 else 'des dossiers'} {', '.join(files)}."
            )
    return tuple(told)


def _decided(line: ScenarioLine) -> DecidedRow:
    return DecidedRow(
        rank="–" if line.rank is None else str(line.rank),
        reference=line.application.reference,
        school=f"{line.application.establishment.name}, {line.application.establishment.commune_name}",
        score="–" if line.score is None else number(line.score),
        amount=line.amount,
        reason=line.reason,
    )
