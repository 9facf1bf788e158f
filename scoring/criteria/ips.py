from fractions import Fraction

from portal.text.french import number
from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, mark_without_fact, share_given, share_of
from scoring.criteria.parameters import Parameter, Values, unknown
from scoring.ips_bands import BANDS, NOT_PUBLISHED

NAMES = ("Première tranche, l’indice le plus bas", "Deuxième tranche", "Troisième tranche", "Quatrième tranche, l’indice le plus haut")
PARAMETERS = (
    *(Parameter(f"band_{band + 1}", NAMES[band], Fraction(BANDS - 1 - band, BANDS - 1)) for band in range(BANDS)),
    unknown("Indice non publié, ou qui ne se compare pas"),
)


def case(file: FileFacts, call: CallFacts) -> str:
    """The band of the lycée."""
    band = call.ips_scale.band_of(file.ips, file.ips_definition) if call.ips_scale else None
    return NOT_PUBLISHED if band is None or call.ips_scale is None else call.ips_scale.label(band)


@criterion(
    "ips",
    label="Indice de position sociale",
    help="Maximum dans la tranche où l’indice est le plus bas, puis deux tiers, un tiers et zéro.",
    source=(
        "DEPP, indices de position sociale des lycées ; tranches fixées pour l’appel, ou à défaut quarts des lycées éligibles à sa publication. "
        "Un indice non publié (lycées agricoles) n’est jamais compté comme zéro sans que la grille le dise."
    ),
    parameters=PARAMETERS,
    case=case,
)
def ips(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Lycées whose pupils come from the least favoured homes first; an index that is not published stays null (DEPP's own advice)."""
    scale = call.ips_scale
    if file.ips is None:
        return mark_without_fact(maximum, values, "L’indice de position sociale du lycée n’est pas publié")
    if scale is None:
        return mark_without_fact(maximum, values, "Trop peu d’indices de position sociale sont connus pour situer ce lycée")
    band = scale.band_of(file.ips, file.ips_definition)
    if band is None:
        others = f"L’indice de position sociale du lycée ({file.ips_year}) ne compte pas les mêmes élèves que ceux des autres lycées"
        return mark_without_fact(maximum, values, others)
    year = f" ({file.ips_year})" if file.ips_year else ""
    told = f"Indice de position sociale de {number(file.ips, 1)}{year}, {scale.place(band)}"
    whose = "." if scale.is_given else " des lycées éligibles de la région."
    return Mark(share_of(maximum, share_given(values, f"band_{band + 1}")), f"{told}{whose}")
