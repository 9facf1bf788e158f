"""Which rows of the annuaire are establishments that the Région helps: its lycées, and those beside them that its settings name."""

from django.conf import settings
from django.core import checks

LYCEE = "Lycée"
# What settings.DIRECTORY_BESIDE_LYCEES may name: how the file types it, its nature (empty: any), its name.
BESIDE = {
    "erea": ("EREA", "", "EREA"),
    "mfr": ("Autre", "380", "Maison familiale rurale"),
}


def refusal_of(type_: str, nature: str) -> tuple[str, str] | None:
    """(code, sentence) of why a row of this `Type_etablissement` and `code_nature` is left aside; None for one that is imported."""
    if type_ == LYCEE:
        return None
    for name, (wanted, only, label) in BESIDE.items():
        if type_ == wanted and only in ("", nature):
            if name in settings.DIRECTORY_BESIDE_LYCEES:
                return None
            return "beside", f"{label} : le portail est réglé pour ne pas prendre ces établissements."
    return "not_a_lycee", f"Type d’établissement : {type_ or 'non renseigné'}."


@checks.register()
def known_types(app_configs: object, **kwargs: object) -> list[checks.Error]:
    """A name that means nothing would leave establishments out without a word."""
    unknown = [name for name in settings.DIRECTORY_BESIDE_LYCEES if name not in BESIDE]
    said = f"DIRECTORY_BESIDE_LYCEES: {', '.join(unknown)}? It may name {', '.join(BESIDE)}."
    return [checks.Error(said, id="directory.E001")] if unknown else []
