from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, balance, part_of, share_of


@criterion(
    "territory",
    label="Équilibre territorial",
    help="Moitié des points quand le département a sa juste part des dossiers, davantage quand il est sous-représenté.",
    source="Annuaire de l’éducation (lycées éligibles par département) et dossiers recevables de l’appel.",
)
def territory(file: FileFacts, call: CallFacts, maximum: int) -> Mark:
    """Départements with few files for their lycées come up. Source of the rule: "équilibre territorial" of the call's criteria."""
    share = balance(call.lycees_by_department, call.files_by_department, file.department)
    if share is None:
        return Mark(None, f"La part du département {file.department_name} n’est pas connue : critère laissé de côté.")
    files, lycees = call.files_by_department, call.lycees_by_department
    return Mark(
        share_of(maximum, share),
        f"{file.department_name} : {part_of(files.get(file.department, 0), sum(files.values()))} des dossiers recevables, "
        f"pour {part_of(lycees[file.department], sum(lycees.values()))} des lycées éligibles.",
    )
