"""A file as it is read on screen, on paper: a draft says on each page that it is one; a filed one carries its reference and fingerprint.

Drawn for each reading and kept nowhere: what counts is the frozen version, whose receipt is a document.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from reportlab.platypus import Flowable

from calls.admissibility import Check, checklist
from calls.models import Application
from calls.queries.content import EntryView, SectionView, build_content, display
from exports.papers.parties import Issuer, issuer
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import SMALL, DataTable, body, facts, heading
from portal.text.canonical import fingerprint
from portal.text.dates import printed_moment
from portal.text.french import euros, number, weight


@dataclass(frozen=True)
class FileOnPaper:
    """One file as its reader sees it. `sha256` is that of its content: of the frozen version, or of the draft at `drawn_at`."""

    issuer: Issuer
    reference: str
    title: str
    call_title: str
    establishment: str
    uai: str
    requested_amount: Decimal
    sections: tuple[SectionView, ...]
    sha256: str
    drawn_at: datetime
    frozen_at: datetime | None = None  # None: not filed
    submitted_at: datetime | None = None
    version_number: int = 0
    is_new_version: bool = False  # of a filed file, written anew and not filed
    checks: tuple[Check, ...] = ()  # of its recevabilité, for the staff who instruct it

    @property
    def is_draft(self) -> bool:
        return self.frozen_at is None

    @property
    def mark(self) -> str:
        """What each page of a draft says."""
        what = "NOUVELLE VERSION, non déposée" if self.is_new_version else "BROUILLON, non déposé"
        return f"{what} · état du {printed_moment(self.drawn_at)} · version {self.sha256[:12]}" if self.is_draft else ""


def file_row(application: Application, *, as_written: bool = False, with_checks: bool = False) -> FileOnPaper:
    """The filed version that counts; before it, the file as it stands. Complements typed and not sent are in neither, as on screen.

    `as_written`: the new version of a filed file that is written anew, for its lycée alone. `with_checks`: with its recevabilité, for the Région.
    """
    as_written = as_written and application.is_rewritten
    version = application.submitted_version if application.submitted_at and not as_written else None
    content = version.content if version else build_content(application)
    return FileOnPaper(
        issuer=issuer(application.call.contact_email),
        reference="" if application.is_personal else application.reference,
        title=content["title"],
        call_title=application.call.title,
        establishment=f"{content['establishment']['name']}, {content['establishment']['commune']}",
        uai=content["establishment"]["uai"],
        requested_amount=Decimal(content["requested_amount"]),
        sections=tuple(display(application, version)),
        sha256=version.sha256 if version else fingerprint(content),
        drawn_at=timezone.now(),
        frozen_at=version.created_at if version else None,
        submitted_at=application.submitted_at,
        version_number=version.number if version else 0,
        is_new_version=as_written,
        checks=tuple(checklist(application)) if with_checks else (),
    )


def render_file(row: FileOnPaper) -> bytes:
    """The whole file: every question that was asked, with its answer, or that there is none."""
    drafted = "Nouvelle version" if row.is_new_version else "Brouillon"
    title = f"{drafted} {row.reference}".strip() if row.is_draft else f"Dossier {row.reference}"
    unfiled = "Nouvelle version, non déposée" if row.is_new_version else "Brouillon, non déposé"
    blocks = [
        heading(unfiled if row.is_draft else f"Dossier {row.reference}"),
        *body(row.title or "Dossier sans titre"),
        *facts(
            [
                ("Référence", row.reference),
                ("Appel à projets", row.call_title),
                ("Établissement", f"{row.establishment} ({row.uai})"),
                ("Montant demandé TTC", euros(row.requested_amount)),
                *_version(row),
            ]
        ),
        *(block for section in row.sections for block in _section(section)),
        *_checks(row.checks),
    ]
    head = Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, {row.issuer.service}")
    return build(title, blocks, head, mark=row.mark)


def _version(row: FileOnPaper) -> list[tuple[str, str]]:
    if row.is_draft:
        return [("État du", printed_moment(row.drawn_at)), ("Version de travail, empreinte SHA-256", row.sha256)]
    return [
        ("Déposé le", printed_moment(row.submitted_at) if row.submitted_at else ""),
        ("Version", f"{row.version_number}, figée le {printed_moment(row.frozen_at)}"),
        ("Empreinte SHA-256 de son contenu", row.sha256),
    ]


LEVELS = {"ok": "Oui", "warn": "À vérifier", "err": "Non"}


def _checks(checks: tuple[Check, ...]) -> list[Flowable]:
    if not checks:
        return []
    rows = [[LEVELS[check.level], check.label, " ".join(check.details)] for check in checks]
    return [heading("Recevabilité", 2), DataTable(["", "Ce qui est vérifié", "Pourquoi"], rows, [1.6, 5, 7])]


def _section(section: SectionView) -> list[Flowable]:
    if not section.is_asked:
        return [heading(section.title, 2), *body("Section non posée", SMALL)]
    return [heading(section.title, 2), *(block for entry in section.entries for block in _entry(entry))]


def _entry(entry: EntryView) -> list[Flowable]:
    blocks = [heading(entry.label, 3)]
    if entry.is_empty:
        blocks += body(entry.nothing, SMALL)
    blocks += body(entry.text)
    for label, lines, subtotal in entry.groups:
        rows = [
            [str(line.priority), ", ".join(filter(None, [line.label, line.detail, "indispensable" if line.is_essential else ""])),
             number(line.quantity), euros(line.unit_price), euros(line.net_amount)]
            for line in lines
        ]  # fmt: skip
        total = ["", f"{label}, sous-total HT", "", "", euros(subtotal)]
        blocks.append(DataTable(["Priorité", label, "Quantité", "Prix HT", "Total HT"], rows, [1.3, 6, 1.4, 2, 2.2], {2, 3, 4}, total))
    if entry.lines:
        blocks += body(f"Total TTC : {euros(entry.gross_amount)}, dont TVA {euros(entry.vat_amount)}.")
    if entry.files:
        rows = [[file.name, weight(file.size), file.sha256] for file in entry.files]
        blocks.append(DataTable(["Pièce jointe", "Taille", "Empreinte SHA-256"], rows, [5, 1.4, 7], {1}))
    return blocks
