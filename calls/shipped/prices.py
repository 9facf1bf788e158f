"""The indicative price list of needs tables: codes are those of the orders catalogue, prices excl. VAT in euros."""

_EQUIPMENT = (
    ("portable-11", "Ordinateur portable 11,6 pouces", "412.00"),
    ("portable-15", "Station portable CAO 15,6 pouces", "689.00"),
    ("tablette-hybride", "Tablette hybride", "389.00"),
    ("poste-cao", "Poste fixe CAO", "1045.00"),
    ("poste-fixe", "Poste fixe bureautique", "612.00"),
    ("serveur", "Serveur pédagogique", "6480.00"),
    ("videoprojecteur", "Vidéoprojecteur interactif", "1150.00"),
    ("imprimante", "Imprimante réseau", "420.00"),
)
_CABLING = (
    ("prise-rj45", "Prise RJ45, salle de cours", "145.00"),
    ("borne-wifi", "Borne Wi-Fi", "310.00"),
    ("baie-brassage", "Baie de brassage", "2350.00"),
    ("commutateur", "Commutateur réseau", "890.00"),
    ("lien-optique", "Lien optique entre bâtiments", "1900.00"),
)


def price_list(*, cabling: bool = True) -> list[dict]:
    """Items of a needs table; without cabling for calls that fund equipment only."""
    kinds = [("equipment", _EQUIPMENT)] + ([("cabling", _CABLING)] if cabling else [])
    return [
        {"code": code, "label": label, "kind": kind, "unit_price": price, "vat_rate": "20.0"}
        for kind, items in kinds
        for code, label, price in items
    ]


def _line(item: str, quantity: int, priority: int = 1, *, essential: bool = False, detail: str = "") -> dict:
    return {"item": item, "quantity": quantity, "priority": priority, "is_essential": essential, "detail": detail}


# Sets of lines that the call proposes; each article is in the list above.
KITS = [
    {
        "key": "classe-mobile",
        "label": "Classe mobile de 24 tablettes",
        "lines": [_line("tablette-hybride", 24, essential=True), _line("borne-wifi", 1, detail="Salle où la classe mobile sert")],
    },
    {
        "key": "salle-connectee",
        "label": "Salle de cours connectée",
        "lines": [
            _line("videoprojecteur", 1, essential=True),
            _line("poste-fixe", 1, detail="Poste de l’enseignant"),
            _line("prise-rj45", 4),
            _line("borne-wifi", 1, 2),
        ],
    },
]
