"""The Régions by département, for rows of official files that name the département alone (INSEE, Code officiel géographique)."""

from portal.ui.outlines import DEPARTMENTS

OVERSEAS = {"01": "971", "02": "972", "03": "973", "04": "974", "06": "976"}
NAMES = {
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
}
_REGION_OF = {department: region for region, held in (DEPARTMENTS | OVERSEAS).items() for department in held.split()}


def region_of(department: str) -> tuple[str, str] | None:
    """(code, name) of the Région of a département, by its INSEE code ("54", "2A", "971"); None for the other overseas territories."""
    code = _REGION_OF.get(department)
    return (code, NAMES[code]) if code else None
