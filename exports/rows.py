"""What documents say, as plain data: dataclasses built from queries, given to renderers. Amounts are Decimal euros."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Party:
    """Somebody a document names: name, then lines of address."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Issuer:
    """The Région and the service that signs."""

    region: str
    service: str
    contact: str = ""


@dataclass(frozen=True)
class AttachedFile:
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class ReceiptRow:
    """Accusé de dépôt (CRPA L112-11, R112-5): date and time, reference, what was received, what silence means."""

    issuer: Issuer
    reference: str
    call_title: str
    establishment: Party
    uai: str
    project_title: str
    received_at: datetime
    closes_at: datetime
    requested_amount: Decimal
    version_number: int
    version_sha256: str
    files: tuple[AttachedFile, ...]
    submitted_by: str


@dataclass(frozen=True)
class ReasonRow:
    criterion: str
    points: str  # "3,50"
    out_of: str  # "5"
    sentence: str


@dataclass(frozen=True)
class GrantedLine:
    label: str
    quantity: int
    amount: Decimal


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
    requested_amount: Decimal
    score: Decimal | None
    scale: int
    rank: int | None
    motive: str
    vote_number: str
    voted_on: date
    issued_at: datetime
    reasons: tuple[ReasonRow, ...] = ()
    lines: tuple[GrantedLine, ...] = ()


@dataclass(frozen=True)
class OrderLineRow:
    reference: str
    label: str
    quantity: int
    unit: str
    unit_price: Decimal
    net: Decimal
    vat_rate: Decimal


@dataclass(frozen=True)
class VatRow:
    rate: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True)
class OrderRow:
    """Bon de commande or ordre de service: the fields that practice and D2192-2 ask for."""

    issuer: Issuer
    buyer_siret: str
    number: str
    heading: str  # "Bon de commande" / "Ordre de service"
    issued_on: date
    agreement: str
    lot: str
    supplier: Party
    supplier_siret: str
    site: Party
    uai: str
    site_contact: str
    due_on: date | None
    budget_code: str
    commitment_number: str
    service_code: str
    signatory: str
    lines: tuple[OrderLineRow, ...] = ()
    vat: tuple[VatRow, ...] = ()
    net: Decimal = Decimal(0)
    gross: Decimal = Decimal(0)
    notes: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class ReserveRow:
    text: str
    due_on: date | None
    lifted_on: date | None
    lifting_note: str


@dataclass(frozen=True)
class AcceptanceRow:
    """Procès-verbal de réception, or of the lifting of its reserves, of an order or of works."""

    issuer: Issuer
    heading: str  # "Procès-verbal de réception"
    number: str
    subject: str  # "Bon de commande BC-2026-0001"
    agreement: str
    lot: str
    supplier: Party
    supplier_siret: str
    site: Party
    uai: str
    signed_at: datetime
    signed_by: str
    verdict: str
    lines: tuple[tuple[str, str, str], ...]  # reference, label, quantity with its unit
    reserves: tuple[ReserveRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BodyRow:
    """One body of the jury: who came, who did not."""

    name: str
    present: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class DecidedRow:
    """What the jury proposes for one file."""

    rank: str
    reference: str
    school: str
    score: str
    amount: Decimal
    reason: str


@dataclass(frozen=True)
class MinutesRow:
    """Procès-verbal of one sitting of a jury."""

    issuer: Issuer
    reference: str
    call_title: str
    held_at: datetime
    place: str
    chairs: tuple[str, ...]
    bodies: tuple[BodyRow, ...]
    recusals: tuple[str, ...]  # one sentence each
    scenario: str
    method: str
    envelope: Decimal | None
    selected: tuple[DecidedRow, ...]
    waiting: tuple[DecidedRow, ...]
    refused: tuple[DecidedRow, ...]
    remarks: str
    signed_at: datetime
    signed_by: str
