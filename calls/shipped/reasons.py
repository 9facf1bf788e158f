"""The reasons that come with the portal: what a Région tells its lycées, and what these tell it, act by act."""

from typing import Any


def _reason(key: str, label: str, sentence: str, *uses: str) -> dict[str, Any]:
    return {"key": key, "label": label, "sentence": sentence, "uses": list(uses), "active": True}


USUAL: tuple[dict[str, Any], ...] = (
    _reason("hors-delai", "Déposé hors délai", "Le dossier est parvenu à la Région après la clôture de l’appel.", "inadmissibility"),
    _reason(
        "lycee-non-eligible", "Lycée non éligible",
        "Le lycée ne fait pas partie de ceux auxquels cet appel s’adresse.", "inadmissibility",
    ),
    _reason(
        "deliberation-absente", "Délibération absente",
        "La délibération du conseil d’administration n’est pas au dossier, ou ne porte pas sur ce projet.", "inadmissibility", "completion",
    ),
    _reason(
        "piece-illisible", "Pièce illisible ou incomplète",
        "La pièce reçue ne peut pas être lue, ou des pages y manquent.", "inadmissibility", "completion",
    ),
    _reason(
        "piece-non-signee", "Pièce non signée", "La pièce reçue n’est ni datée ni signée par la personne habilitée.",
        "inadmissibility", "completion",
    ),
    _reason(
        "sans-reponse", "Compléments non reçus",
        "Les compléments demandés par la Région ne sont pas parvenus à la date indiquée.", "inadmissibility",
    ),
    _reason("hors-objet", "Hors de l’objet de l’appel", "Le projet ne répond pas à l’objet de cet appel.", "inadmissibility", "refusal"),
    _reason(
        "doublon", "Projet déjà financé", "Ce projet est déjà financé par la Région au titre d’un autre dispositif.",
        "inadmissibility", "refusal", "cut",
    ),
    _reason(
        "reponse-imprecise", "Réponse à préciser",
        "La réponse ne permet pas de comprendre ce qui sera fait, par qui et pour quels élèves.", "completion",
    ),
    _reason("quantite-a-justifier", "Quantité à justifier", "La quantité demandée n’est pas rapportée au nombre d’élèves ou de salles.", "completion", "cut"),
    _reason("depense-non-eligible", "Dépense non éligible", "Cette dépense n’est pas de celles que cet appel finance.", "cut"),
    _reason("deja-equipe", "Lycée déjà équipé", "Le lycée dispose déjà de cet équipement, livré lors d’une vague précédente.", "cut"),
    _reason("plafond", "Plafond de l’appel", "L’aide est ramenée au plafond fixé par l’appel.", "cut"),
    _reason(
        "enveloppe", "Enveloppe épuisée",
        "L’enveloppe votée ne permet pas de retenir tous les projets ; ceux qui sont mieux classés la prennent en entier.", "refusal", "reserve",
    ),
    _reason(
        "projet-a-murir", "Projet à mûrir",
        "Le projet pédagogique n’est pas encore assez précis pour que ses usages puissent être appréciés.", "refusal",
    ),
    _reason("projet-abandonne", "Projet abandonné", "Le lycée renonce à ce projet.", "withdrawal", "decline"),
    _reason("autre-financement", "Autre financement obtenu", "Le projet est financé autrement.", "withdrawal", "decline"),
    _reason("equipe-partie", "Équipe changée", "Les personnes qui portaient le projet ont quitté le lycée.", "withdrawal", "decline"),
    _reason("erreur-de-depot", "Dossier déposé par erreur", "Le dossier a été déposé par erreur.", "withdrawal"),
    _reason("aide-insuffisante", "Aide insuffisante", "L’aide accordée ne permet pas de réaliser le projet.", "decline"),
)  # fmt: skip

# What the shipped models add to them, by key of the model.
OF_MODELS: dict[str, tuple[dict[str, Any], ...]] = {
    "lycee-40": (
        _reason(
            "cablage-hors-diagnostic", "Câblage hors diagnostic",
            "Les prises demandées ne sont pas au diagnostic du réseau établi pour ce lycée.", "completion", "cut",
        ),
        _reason(
            "usages-non-mesures", "Mesure des usages à décrire",
            "Le dossier ne dit pas par quels outils les usages seront mesurés.", "completion", "refusal",
        ),
    ),
    "usages-numeriques": (
        _reason(
            "pratique-deja-repandue", "Pratique déjà répandue",
            "La pratique proposée est déjà répandue dans les lycées : l’appel soutient des pratiques nouvelles à essaimer.", "refusal",
        ),
        _reason(
            "essaimage-absent", "Essaimage non décrit",
            "Le dossier ne dit pas comment la pratique sera transmise à d’autres équipes.", "completion", "refusal",
        ),
    ),
    "bouquet-ressources": (
        _reason(
            "ressource-hors-liste", "Ressource hors de la liste",
            "La ressource demandée n’est pas de celles que la Région propose.", "completion", "cut",
        ),
    ),
    "pack-numerique": (
        _reason(
            "adhesion-non-votee", "Adhésion non votée",
            "L’adhésion au pack numérique n’a pas été votée par le conseil d’administration.", "inadmissibility", "completion",
        ),
        _reason(
            "wifi-non-ordonne", "Ordre des travaux à préciser",
            "L’ordre des bâtiments à équiper en Wi-Fi n’est pas donné en entier.", "completion",
        ),
    ),
}  # fmt: skip
