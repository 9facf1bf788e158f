"""The models that come with the portal: what a new call may begin from, with its form. Higher apps add theirs under the same key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calls.shipped import bouquet_ressources, lycee_40, pack_numerique, usages_numeriques


@dataclass(frozen=True)
class ShippedModel:
    """`definition` is None for the blank one."""

    key: str
    label: str
    told: str
    definition: Mapping[str, Any] | None = None


BLANK = "vierge"
SHIPPED = {
    model.key: model
    for model in (
        ShippedModel(
            "lycee-40", "Lycée 4.0", "Un projet pédagogique, des équipements et du câblage, vague après vague.", lycee_40.DEFINITION
        ),
        ShippedModel(
            "usages-numeriques",
            "Usages numériques",
            "Des pratiques à essaimer : une enveloppe, des montants qui suivent la qualité.",
            usages_numeriques.DEFINITION,
        ),
        ShippedModel(
            "bouquet-ressources",
            "Bouquet de ressources",
            "Des services numériques, pour les lycées dont le conseil s’engage.",
            bouquet_ressources.DEFINITION,
        ),
        ShippedModel(
            "pack-numerique",
            "Pack numérique lycéen",
            "L’adhésion votée par le conseil, et l’ordre des travaux de Wi-Fi.",
            pack_numerique.DEFINITION,
        ),
        ShippedModel(BLANK, "Appel vierge", "Rien de repris : le formulaire, la grille et la page sont à écrire."),
    )
}
