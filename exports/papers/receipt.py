"""Accusé de dépôt: what it says, where it comes from, how it is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from calls.checks import following_items, given_in_version
from calls.enums import NewVersionEnding, VersionReason
from calls.models import Application, ApplicationVersion, NewVersion
from calls.queries.new_versions import replaced_by
from calls.queries.silence import silence_of
from exports.papers.parties import Issuer, Party, issuer, school, signer_of
from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import SMALL, DataTable, body, facts, heading
from exports.registry import document
from portal.journal.queries import last_act
from portal.text.dates import day, printed_moment
from portal.text.french import euros, weight


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
    silence: tuple[str, ...]  # when the decision is expected, and what silence means
    visa_mention: str = ""  # which version of the same content received the visa
    following: tuple[str, ...] = ()  # what was not there and comes later, each with its last day
    replaces: str = ""  # which filed version this one replaces, and when that one was received; empty for a first filing
    approved_by: str = ""  # who gave the visa, when, by which delegation; empty where the call asks for none


def filings(application: Application) -> list[ApplicationVersion]:
    """The versions that were filed, each in the place of the one before."""
    found = application.versions.filter(reason=VersionReason.SUBMISSION).select_related("created_by").order_by("number")
    return list(found)


def receipt_row(application: Application, edition: int | None = None) -> ReceiptRow:
    """The receipt of a filed application, from its frozen version; `edition`: of which filing, the last one unless said."""
    versions = filings(application)
    version = versions[(edition or len(versions)) - 1] if versions else None
    replaced_since = NewVersion.objects.filter(replaces=version, ending=NewVersionEnding.FILED).first() if version else None
    replaced = replaced_by(version)
    return ReceiptRow(
        issuer=issuer(application.call.contact_email),
        reference=application.reference,
        call_title=application.call.title,
        establishment=school(application.establishment),
        uai=application.establishment.uai,
        project_title=version.content["title"] if version else application.title,
        received_at=replaced_since.replaced_received_at if replaced_since else application.submitted_at,
        closes_at=application.closes_at,
        requested_amount=Decimal(version.content["requested_amount"]) if version else application.requested_amount,
        version_number=version.number if version else 0,
        version_sha256=version.sha256 if version else "",
        visa_mention=version.visa_mention if version else "",
        files=tuple(_files_of(version)) if version else (),
        submitted_by=str(version.created_by) if version and version.created_by else "",
        approved_by=_visa_of(application, version),
        replaces=_replaced(replaced) if replaced else "",
        following=tuple(_following(application, version)) if version else (),
        silence=tuple(silence_of(application)),
    )


def _following(application: Application, version: ApplicationVersion) -> Iterator[str]:
    """What the filing left to come, as its call lets it."""
    for item in following_items(application, given_in_version(version)):
        yield f"« {item.label} », à envoyer jusqu’au {day(item.until)} inclus."


def _replaced(new: NewVersion) -> str:
    """« la version 2, reçue le 3 mars 2027 à 9 h 12 »"""
    which = f"la version {new.replaces.number}, " if new.replaces else "celle "
    return f"{which}reçue le {printed_moment(new.replaced_received_at)}"


def _visa_of(application: Application, version: ApplicationVersion | None) -> str:
    """That of the version, given before it was filed."""
    until = {"until": version.created_at} if version else {}
    visa = last_act(application, "approve", "approve_new_version", **until) if application.approved_at else None
    return f"{signer_of(visa)}, le {printed_moment(visa.at)}" if visa else ""


def _files_of(version: ApplicationVersion) -> Iterator[AttachedFile]:
    """The attachments that the frozen version names."""
    for section in version.content["sections"]:
        for entry in section["entries"]:
            for file in entry["files"]:
                yield AttachedFile(file["name"], file["size"], file["sha256"])


def render_receipt(row: ReceiptRow) -> bytes:
    """The receipt given at once to the team and the head (CRPA L112-11 and R112-5)."""
    title = f"Accusé de dépôt {row.reference}"
    blocks = [
        heading("Accusé de dépôt"),
        *body(f"Le dossier {row.reference} a été reçu le {printed_moment(row.received_at)}."),
        *facts(
            [
                ("Appel à projets", row.call_title),
                ("Établissement", f"{row.establishment.name} ({row.uai})"),
                ("Projet", row.project_title),
                ("Remplace", row.replaces),
                ("Montant demandé TTC", euros(row.requested_amount)),
                ("Visa du chef d’établissement", row.approved_by),
                ("Déposé par", row.submitted_by),
                ("Clôture de l’appel", printed_moment(row.closes_at)),
            ]
        ),
        heading("Ce qui a été déposé", 2),
        *body(f"Version {row.version_number} du dossier, figée au dépôt. {row.visa_mention}".strip()),
        *body("Empreinte SHA-256 de son contenu :"),
        *body(row.version_sha256, SMALL),
    ]
    if row.files:
        rows = [[file.name, weight(file.size), file.sha256] for file in row.files]
        blocks.append(DataTable(["Pièce jointe", "Taille", "Empreinte SHA-256"], rows, [5, 1.4, 7], {1}))
    else:
        blocks += body("Aucune pièce jointe.")
    if row.following:
        blocks += [heading("Ce qui doit suivre", 2), *(block for text in row.following for block in body(text))]
    blocks += [heading("La suite", 2), *(block for text in _what_follows(row) for block in body(text))]
    return build(title, blocks, Letterhead(row.issuer.region, row.issuer.service, f"{row.issuer.region}, {row.issuer.service}"))


def _what_follows(row: ReceiptRow) -> list[str]:
    return [
        "La Région vérifie la recevabilité du dossier et peut demander des compléments. Un jury, qui réunit la Région, les académies et la DRAAF, "
        "note ensuite les dossiers recevables. La Commission permanente vote les aides. Le portail vous écrit quand des compléments "
        "sont demandés, quand la recevabilité est prononcée et quand la décision est publiée.",
        *row.silence,
        f"Service chargé du dossier : {row.issuer.service}, {row.issuer.region}"
        + (f", {row.issuer.contact}." if row.issuer.contact else "."),
    ]


document(
    "receipt",
    "Accusé de dépôt",
    Application,
    lambda application, edition: render_receipt(receipt_row(application, edition)),
    reference=lambda application: application.reference,
    drawn_after=("submit", "submit_new_version"),
    in_background=True,
    editions=lambda application: len(filings(application)),
)
