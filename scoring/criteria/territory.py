from scoring.criteria import criterion
from scoring.criteria.facts import CallFacts, FileFacts, Mark, balance_mark
from scoring.criteria.parameters import Values
from scoring.criteria.representation import PARAMETERS, PRINCIPLE, samples


@criterion(
    "territory",
    label="Équilibre territorial",
    help="Moitié des points quand le département a sa juste part des dossiers, davantage quand il est sous-représenté.",
    source="Annuaire de l’éducation (lycées éligibles par département) et dossiers recevables de l’appel.",
    parameters=PARAMETERS,
    principle=PRINCIPLE,
    samples=samples(lambda lycees, files: CallFacts(lycees_by_department=lycees, files_by_department=files)),
)
def territory(file: FileFacts, call: CallFacts, maximum: int, values: Values) -> Mark:
    """Départements with few files for their lycées come up. Source of the rule: "équilibre territorial" of the call's criteria."""
    return balance_mark(
        call.lycees_by_department,
        call.files_by_department,
        file.department,
        maximum,
        values,
        named=file.department_name,
        unknown=f"La part du département {file.department_name} n’est pas connue",
    )
