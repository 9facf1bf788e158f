"""What a trial was made on, as fingerprints: when one differs, what the report says is of before."""

from django.db.models import Count, Max, Q, Sum

from calls.conditioned.retained import retained
from calls.conditioned.wave_terms import earlier_waves
from calls.models import Application, Call
from portal.directory.enums import EstablishmentState, Pathway
from portal.directory.models import Establishment
from portal.text.canonical import fingerprint
from portal.text.french import enumeration
from scoring.models import Criterion, Envelope
from scoring.queries.amounts import policy_of
from scoring.trial.balance import rules_to_try

TRIAL = "Épreuve"  # the label of the line that tells whether a call was tried
NAMES = {
    "call": "l’appel",
    "form": "le questionnaire",
    "lines": "les lignes de recevabilité",
    "data": "les données par lycée",
    "waves": "les résultats des vagues précédentes",
    "grid": "la grille",
    "rules": "les règles d’équilibre",
    "money": "les montants",
    "directory": "l’annuaire",
}
_OF_CALL = (
    "opens_at", "closes_at", "jury_on", "results_on", "budget_amount", "ceiling_amount", "max_per_establishment", "eligible_categories",
    "eligible_pathways", "eligibility",
)  # fmt: skip
_OF_CRITERION = ("key", "label", "kind", "weight", "max_points", "function", "parameters")
_OF_RULE = ("measure", "groups", "combination", "minimum", "maximum", "penalty_points")
_OF_POLICY = ("way", "step", "ceiling_amount", "floor", "floor_amount", "floor_percent")


def basis_of(call: Call) -> dict[str, str]:
    """A fingerprint of each part that a trial reads. Eight queries and those of the earlier waves, whatever the number of lycées."""
    questionnaire = call.questionnaire
    return {
        "call": _mark([getattr(call, name) for name in _OF_CALL]),
        "form": _mark(questionnaire.definition if questionnaire else None),
        "lines": _mark(call.admissibility_lines),
        "data": _mark(list(call.reference_sets.order_by("key").values_list("key", "columns", "in_force"))),
        "waves": _mark(_waves(call)),
        "grid": _mark(_grid(call)),
        "rules": _mark([[getattr(rule, name) for name in _OF_RULE] for rule in rules_to_try(call)]),
        "money": _mark(
            [_policy(call), list(Envelope.objects.filter(call=call).order_by("pk").values_list("label", "amount", "parent", "group"))]
        ),
        "directory": _mark(_directory()),
    }


def _grid(call: Call) -> list:
    """A criterion without condition is what it was before criteria had any: an older report stays up to date."""
    rows = Criterion.objects.filter(grid__call=call).order_by("position", "pk").values_list(*_OF_CRITERION, "grid__scale", "applies_if")
    return [row if condition is not None else row[:-1] for row in rows for condition in row[-1:]]


def _mark(value: object) -> str:
    return fingerprint(_plain(value))


def _plain(value: object) -> object:
    """Lists, mappings, numbers and texts: dates and amounts as they are written."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _waves(call: Call) -> list:
    """What everybody reads of the earlier waves, wave by wave. A query for each wave, and one more."""
    waves = earlier_waves(call)
    if not waves:
        return []
    files = Application.objects.filter(retained(), call__in=[each.pk for each in waves.values() if each.has_results])
    granted = files.order_by().values_list("call").annotate(n=Count("pk"), amount=Sum("granted_amount"), lycees=Sum("establishment"))
    return [sorted((number, each.has_results) for number, each in waves.items()), sorted(map(list, granted), key=str)]


def _policy(call: Call) -> list:
    policy = policy_of(call)
    return [getattr(policy, name) for name in _OF_POLICY]


def _directory() -> list:
    """Sums over the open lycées, which move with about anything that an import, a declaration or a closure changes."""
    lycees = Establishment.objects.order_by()
    flags = {f"n_{p}": Count("pk", filter=Q(**{f"has_{p}": True})) for p in Pathway.values}
    sums = {name: Sum(name) for name in ("pupils", "ips", "density_level", "department_id", "authority_id", "agency_id")}
    open_ = ~Q(state=EstablishmentState.CLOSED)
    known = {"boarding": Count("pk", filter=Q(has_boarding=True)), "boarding_known": Count("pk", filter=Q(has_boarding__isnull=False))}
    whole = lycees.filter(open_).aggregate(n=Count("pk"), source=Max("source_updated_on"), **flags, **sums, **known)
    kinds = lycees.filter(open_).values_list("region_code", "category", "priority_education").annotate(n=Count("pk"))
    return [whole, sorted(map(list, kinds), key=str)]


NOTHING = _mark([])  # of a part that a trial made before it was looked at says nothing of


def changed(before: dict[str, str], now: dict[str, str]) -> str:
    """« Le questionnaire et l’annuaire ont changé depuis »; empty when nothing has."""
    names = [name for key, name in NAMES.items() if before.get(key, NOTHING) != now[key]]
    if not names:
        return ""
    told = enumeration(names)
    many = len(names) > 1 or names[0].startswith("les ")
    return f"{told[:1].upper()}{told[1:]} {'ont' if many else 'a'} changé depuis"
