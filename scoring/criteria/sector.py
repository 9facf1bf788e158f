from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, balance, part_of, share_of


@criterion(
    "sector",
    label="Statut public ou privé",
    help="Moitié des points quand le statut du lycée a sa juste part des dossiers, davantage quand il est sous-représenté.",
    source="Annuaire de l’éducation (secteur, tutelle et contrat des lycées éligibles) et dossiers recevables de l’appel.",
)
def sector(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Kinds of lycée (public, private, agricultural) with few files come up. Source of the rule: "statut" of the call's criteria."""
    share = balance(call.lycees_by_category, call.files_by_category, file.category)
    if share is None:
        return Mark(None, f"La part du statut « {file.category_label} » n’est pas connue : critère laissé de côté.")
    files, lycees = call.files_by_category, call.lycees_by_category
    return Mark(
        share_of(maximum, share),
        f"Statut « {file.category_label} » : {part_of(files.get(file.category, 0), sum(files.values()))} des dossiers recevables, "
        f"pour {part_of(lycees[file.category], sum(lycees.values()))} des lycées éligibles.",
    )
