"""Who a paper comes from and whom it names. Amounts of papers are Decimal euros."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from orders.models import CablingWork, PurchaseOrder
from portal.directory.models import Establishment
from portal.journal.models import JournalEntry


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


def parties_of(subject: PurchaseOrder | CablingWork) -> dict[str, Any]:
    """What every document of an order or of works says of the agreement, the lot, the lycée, and the holder as it was when this left."""
    lot = subject.lot
    return {
        "agreement": f"{lot.agreement.reference}, {lot.agreement.title}",
        "lot": f"{lot.number}, {lot.title}",
        "supplier": Party(subject.holder_name, tuple(subject.holder_address.splitlines())),
        "supplier_siret": subject.holder_siret,
        "site": school(subject.establishment),
        "uai": subject.establishment.uai,
    }


def issuer(contact: str) -> Issuer:
    """The Région and its service; `contact` is an address or nothing."""
    return Issuer(settings.REGION_NAME, settings.REGION_SERVICE, contact)


def school(establishment: Establishment) -> Party:
    """A lycée and its address."""
    return Party(
        establishment.name,
        tuple(x for x in (establishment.address, f"{establishment.postal_code} {establishment.commune_name}") if x.strip()),
    )


def signer_of(signature: JournalEntry) -> str:
    """Who signed, and by which delegation: « Karim Benali, par délégation de Sylvie Aubert, Proviseure du 2 septembre 2026 »."""
    return ", ".join(filter(None, [signature.actor_label, signature.data.get("delegation", "")]))


def signature_of(subject: Model, acts: tuple[str, ...]) -> JournalEntry:
    """The line of the journal of the act that is signed: who, when. The gate writes it before telling the others."""
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk))
    return about.filter(action__in=acts).latest("pk")
