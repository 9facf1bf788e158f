from fractions import Fraction

from portal.text.french import number
from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, share_of

QUARTERS = ("dans le quart le plus bas", "sous la médiane", "au-dessus de la médiane", "dans le quart le plus haut")


@criterion(
    "ips",
    label="Indice de position sociale",
    help="Maximum pour le quart des lycées éligibles dont l’indice est le plus bas, puis deux tiers, un tiers et zéro.",
    source="DEPP, indices de position sociale des lycées. Un indice non publié n’est jamais compté comme zéro.",
)
def ips(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Lycées whose pupils come from the least favoured homes first; an index that is not published stays null (DEPP's own advice)."""
    if file.ips is None:
        return Mark(None, "L’indice de position sociale du lycée n’est pas publié : critère laissé de côté.")
    if call.ips_quartiles is None:
        return Mark(None, "Trop peu d’indices de position sociale sont connus pour situer ce lycée : critère laissé de côté.")
    if file.ips_definition != call.ips_definition:
        return Mark(
            None,
            f"L’indice de position sociale du lycée ({file.ips_year}) ne compte pas les mêmes élèves que ceux des autres lycées : "
            "critère laissé de côté.",
        )
    quarter = sum(file.ips > bound for bound in call.ips_quartiles)
    year = f" ({file.ips_year})" if file.ips_year else ""
    return Mark(
        share_of(maximum, Fraction(3 - quarter, 3)),
        f"Indice de position sociale de {number(file.ips, 1)}{year}, {QUARTERS[quarter]} des lycées éligibles de la région.",
    )
