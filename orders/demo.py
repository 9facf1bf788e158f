"""A fictional catalogue on which the demonstration orders: one agreement for equipment, one for cabling."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from orders.enums import ItemCategory
from orders.models import CatalogueItem, FrameworkAgreement, Lot, Supplier
from portal.directory.demo import DEPARTMENTS
from portal.directory.models import Territory
from portal.text.french import of

# Companies that do not exist; their SIRET has a right check digit and belongs to nobody.
SUPPLIERS = {
    "cedre": ("Ateliers du Cèdre", "99900001100018", "4 rue du Cèdre\n57000 Metz", "cedre"),
    "mirabelle": ("Mirabelle Informatique", "99900002900010", "18 quai de la Mirabelle\n54000 Nancy", "mirabelle"),
    "trois-frontieres": ("Serveurs des Trois-Frontières", "99900003700013", "2 avenue du Vignoble\n68000 Colmar", "trois-frontieres"),
    "lumen": ("Lumen Projection", "99900004500016", "31 rue des Tanneurs\n10000 Troyes", "lumen"),
    "ardenne": ("Réseaux d’Ardenne", "99900005200012", "7 place du Moulin\n08000 Charleville-Mézières", "ardenne"),
    "champagne": ("Câblage de Champagne", "99900006000015", "12 rue des Crayères\n51100 Reims", "champagne"),
    "moselle": ("Courants de Moselle", "99900007800017", "5 rue du Pont\n57100 Thionville", "moselle"),
    "vosges": ("Fibre et Vosges", "99900008600010", "40 route des Sapins\n88000 Épinal", "vosges"),
}

# Lot: title, holder, maximum excl. VAT, delay in days, articles (code of the need, label, price excl. VAT, CPV).
EQUIPMENT = [
    ("Postes fixes et stations de travail", "cedre", "3000000.00", 45, ["poste-fixe", "poste-cao"]),
    ("Ordinateurs portables et tablettes", "mirabelle", "9000000.00", 30, ["portable-11", "portable-15", "tablette-hybride"]),
    ("Serveurs", "trois-frontieres", "1200000.00", 40, ["serveur"]),
    ("Vidéoprojection", "lumen", "1500000.00", 30, ["videoprojecteur"]),
    ("Imprimantes", "cedre", "400000.00", 20, ["imprimante"]),
]
# Lot: agency, départements, beginnings of postal codes where the agency is smaller than the département, holder, maximum.
CABLING = [
    ("Charleville-Mézières", ["08"], "", "ardenne", "900000.00"),
    ("Reims et Châlons", ["51"], "", "champagne", "1400000.00"),
    ("Troyes", ["10"], "", "champagne", "800000.00"),
    ("Chaumont et Saint-Dizier", ["52"], "", "champagne", "600000.00"),
    ("Bar-le-Duc et Verdun", ["55"], "", "ardenne", "600000.00"),
    ("Nancy", ["54"], "", "moselle", "1600000.00"),
    ("Épinal", ["88"], "", "vosges", "1000000.00"),
    ("Metz et Thionville", ["57"], "570, 571, 573, 577, 579", "moselle", "1500000.00"),
    ("Sarreguemines et Forbach", ["57"], "572, 574, 575, 576, 578", "moselle", "900000.00"),
    ("Strasbourg", ["67"], "670, 671, 672, 674, 678, 679", "vosges", "1700000.00"),
    ("Saverne, Haguenau et Sélestat", ["67"], "673, 675, 676, 677", "vosges", "1000000.00"),
    ("Mulhouse et Colmar", ["68"], "", "vosges", "1600000.00"),
]
# Need: label, price excl. VAT, CPV (vocabulary of 2008).
ITEMS = {
    "portable-11": ("Ordinateur portable 11,6 pouces", "412.00", "30213100-6"),
    "portable-15": ("Ordinateur portable 15,6 pouces", "689.00", "30213100-6"),
    "tablette-hybride": ("Tablette hybride avec clavier", "389.00", "30213200-7"),
    "poste-cao": ("Station de travail CAO, écran compris", "1045.00", "30214000-2"),
    "poste-fixe": ("Ordinateur fixe, écran compris", "612.00", "30213300-8"),
    "serveur": ("Serveur pédagogique", "6480.00", "48822000-6"),
    "videoprojecteur": ("Vidéoprojecteur interactif", "1150.00", "38652120-7"),
    "imprimante": ("Imprimante laser réseau", "420.00", "30232110-8"),
    "prise-rj45": ("Prise RJ45 catégorie 6A, posée et recettée", "145.00", "45314320-0"),
    "borne-wifi": ("Borne Wi-Fi 6, posée", "310.00", "32510000-1"),
    "baie-brassage": ("Baie de brassage 42 U, équipée", "2350.00", "45314300-4"),
    "commutateur": ("Commutateur 48 ports PoE", "890.00", "32420000-3"),
    "lien-optique": ("Lien optique entre deux baies", "1900.00", "45314320-0"),
}
CABLING_CODES = ["prise-rj45", "borne-wifi", "baie-brassage", "commutateur", "lien-optique"]


@transaction.atomic
def create_catalogue() -> None:
    """Create suppliers, agreements, lots and articles that are missing; what is there already is left as it is."""
    suppliers = {key: _supplier(*values) for key, values in SUPPLIERS.items()}
    departments = {code: _department(code, name) for code, name in DEPARTMENTS.items()}
    equipment = _agreement("AC-EQ-LYC", "Équipements numériques des lycées")
    for number, (title, holder, maximum, days, codes) in enumerate(EQUIPMENT, start=1):
        lot = _lot(equipment, number, title, ItemCategory.EQUIPMENT, suppliers[holder], maximum, delivery_days=days)
        _items(lot, codes)
    cabling = _agreement("AC-CAB-LYC", "Câblage et réseaux des lycées, par agence territoriale")
    for number, (agency, codes, prefixes, holder, maximum) in enumerate(CABLING, start=1):
        lot = _lot(
            cabling,
            number,
            f"Agence territoriale {of(agency)}",
            ItemCategory.CABLING,
            suppliers[holder],
            maximum,
            delivery_days=60,
            postal_prefixes=prefixes,
        )
        lot.departments.set([departments[code] for code in codes])
        _items(lot, CABLING_CODES)


def _supplier(name: str, siret: str, address: str, mailbox: str) -> Supplier:
    fields = {"name": name, "address": address, "email": f"commandes@{mailbox}.example", "phone": "03 00 00 00 00"}
    return Supplier.objects.get_or_create(siret=siret, defaults=fields)[0]


def _department(code: str, name: str) -> Territory:
    return Territory.objects.get_or_create(kind=Territory.Kind.DEPARTMENT, code=code, defaults={"name": name})[0]


def _agreement(reference: str, title: str) -> FrameworkAgreement:
    """Four years from the first of January: the longest that the code allows (L2125-1)."""
    year = timezone.localdate().year
    dates = {"starts_on": date(year, 1, 1), "ends_on": date(year + 3, 12, 31)}
    return FrameworkAgreement.objects.get_or_create(reference=reference, defaults={"title": title, **dates})[0]


def _lot(agreement: FrameworkAgreement, number: int, title: str, category: str, supplier: Supplier, maximum: str, **fields) -> Lot:
    defaults = {"title": title, "category": category, "supplier": supplier, "maximum_amount": Decimal(maximum), **fields}
    return Lot.objects.get_or_create(agreement=agreement, number=str(number), defaults=defaults)[0]


def _items(lot: Lot, codes: list[str]) -> None:
    for rank, code in enumerate(codes, start=1):
        label, price, cpv = ITEMS[code]
        CatalogueItem.objects.get_or_create(
            lot=lot,
            reference=f"{'EQ' if lot.category == ItemCategory.EQUIPMENT else 'CB'}{int(lot.number):02d}-{rank:02d}",
            defaults={
                "item_code": code,
                "label": label,
                "unit_price_amount": Decimal(price),
                "vat_rate": Decimal("20.0"),
                "cpv_code": cpv,
            },
        )
