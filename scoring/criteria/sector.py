from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, balance_mark
from scoring.criteria.parameters import Values
from scoring.criteria.representation import PARAMETERS, PRINCIPLE, samples


@criterion(
    "sector",
    label="Statut public ou privé",
    help="Moitié des points quand le statut du lycée a sa juste part des dossiers, davantage quand il est sous-représenté.",
    source="Annuaire de l’éducation (secteur, tutelle et contrat des lycées éligibles) et dossiers recevables de l’appel.",
    parameters=PARAMETERS,
    principle=PRINCIPLE,
    samples=samples(lambda lycees, files: CallFacts(lycees_by_category=lycees, files_by_category=files)),
)
def sector(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Kinds of lycée (public, private, agricultural) with few files come up. Source of the rule: "statut" of the call's criteria."""
    return balance_mark(
        call.lycees_by_category,
        call.files_by_category,
        file.category,
        maximum,
        values,
        named=f"Statut « {file.category_label} »",
        unknown=f"La part du statut « {file.category_label} » n’est pas connue",
    )
