"""A catalogue to write conditions with, conditions and facts drawn at random, and an evaluator as plain as can be."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from calls.conditions.catalogue import Catalogue, Remedy, Term
from calls.conditions.evaluation import Asked
from calls.conditions.references import Reference, Source, answer, column, lycee
from calls.conditions.tree import AllOf, AnyOf, Comparison, LineSuchThat, Not
from calls.questions.amount import AMOUNT
from calls.questions.choice import CHOICE, CHOICES
from calls.questions.comparison import DAY, DECIMAL, FLAG, Domain, LineColumn, Operator
from calls.questions.file import FILES
from calls.questions.needs import LINES
from calls.questions.number import NUMBER
from calls.questions.text import TEXT

TODAY = Reference(Source.DATE, "today")
KINDS = (("equipment", "Équipement"), ("cabling", "Câblage"))
NEEDS = Domain(
    columns=(
        LineColumn("kind", "la nature", CHOICE, Domain(KINDS), feminine=True),
        LineColumn("quantity", "la quantité", NUMBER, Domain(minimum=1, maximum=50), feminine=True),
    ),
    figures=(
        LineColumn("lines", "le nombre de lignes de {}", NUMBER, Domain(minimum=1)),
        LineColumn("quantity", "la quantité totale de {}", NUMBER, Domain(minimum=1), feminine=True),
    ),
)
YES_NO = Domain((("oui", "Oui"), ("non", "Non")))
LEVELS = Domain((("2nde", "Seconde"), ("1re", "Première"), ("cap", "CAP")))
CATALOGUE = Catalogue.of(
    [
        Term(answer("referent"), "« Avez-vous un référent ? »", CHOICE, YES_NO),
        Term(answer("niveau"), "« Niveau »", CHOICE, LEVELS),
        Term(answer("niveaux"), "« Niveaux »", CHOICES, LEVELS),
        Term(answer("eleves"), "« Élèves concernés »", NUMBER, Domain(minimum=0, maximum=60)),
        Term(answer("part"), "« Part du lycée »", AMOUNT, Domain(minimum=Decimal(0), maximum=Decimal(9000))),
        Term(answer("resume"), "« Résumé »", TEXT),
        Term(answer("debut"), "« Début »", DAY),
        Term(answer("besoins"), "le tableau « Besoins »", LINES, NEEDS),
        Term(answer("plan"), "la pièce « Plan »", FILES, Domain(minimum=1), feminine=True),
        Term(lycee("pupils"), "le nombre d’élèves", NUMBER, Domain(minimum=0)),
        Term(lycee("ips"), "l’IPS", DECIMAL),
        Term(
            lycee("boarding"),
            "l’internat",
            FLAG,
            says=("le lycée a un internat", "le lycée n’a pas d’internat"),
        ),
        Term(lycee("sector"), "le secteur", CHOICE, Domain((("public", "Public"), ("private", "Privé")))),
        Term(
            lycee("pathways"),
            "les voies",
            CHOICES,
            Domain((("general", "Générale"), ("vocational", "Professionnelle"))),
            feminine=True,
            plural=True,
            remedy=Remedy("Le chef d’établissement déclare les voies : {}", "avant le 12 mars 2027"),
        ),
        Term(TODAY, "la date du jour", DAY, feminine=True),
    ]
)
_VALUES = {
    answer("referent"): ["oui", "non"],
    answer("niveau"): ["2nde", "1re", "cap"],
    answer("niveaux"): [frozenset(["2nde"]), frozenset(["cap"]), frozenset(["2nde", "1re"])],
    answer("eleves"): [0, 1, 29, 30, 31, 60],
    answer("part"): [Decimal(0), Decimal("29.99"), Decimal(30), Decimal(9000)],
    answer("resume"): ["Un fab lab", "Équiper l’ATELIER", "."],
    answer("debut"): [date(2027, 1, 1), date(2027, 3, 12)],
    answer("besoins"): [
        ({"kind": "equipment", "quantity": 3},),
        ({"kind": "cabling", "quantity": 30}, {"kind": "equipment", "quantity": 1}),
    ],
    answer("plan"): [1, 3],
    lycee("pupils"): [0, 30, 800],
    lycee("ips"): [Decimal("29.9"), Decimal("101.5")],
    lycee("boarding"): [True, False],
    lycee("sector"): ["public", "private"],
    lycee("pathways"): [frozenset(["general"]), frozenset(["general", "vocational"])],
    TODAY: [date(2027, 3, 12)],
}


def _operand(term, operator):
    python = term.type.python
    if operator is Operator.IS_ANSWERED:
        return st.none()
    codes = [code for code, _label in term.domain.choices]
    if operator in (Operator.IS_ONE_OF, Operator.CONTAINS_ANY):
        return st.lists(st.sampled_from(codes), min_size=1, unique=True).map(tuple)
    one = (
        st.sampled_from(codes)
        if codes
        else {
            bool: st.booleans(),
            int: st.integers(0, 60),
            Decimal: st.sampled_from([Decimal(0), Decimal("29.99"), Decimal(30), Decimal("101.5")]),
            date: st.dates(date(2026, 12, 31), date(2027, 3, 13)),
            str: st.sampled_from(["atelier", "lab", "É", "."]),
        }[python]
    )
    return st.tuples(one, one).map(lambda pair: tuple(sorted(pair))) if operator is Operator.BETWEEN else one


def comparisons(catalogue=CATALOGUE, source=None):
    """Any comparison of the catalogue, between two numbers too, and any line such that."""
    terms = [term for term in catalogue.terms.values() if source is None or term.reference.source is source]
    found = []
    for term in terms:
        for operator in term.type.operators:
            if operator is Operator.HAS_A_LINE:
                inside = conditions(catalogue.inside(term.reference), source=Source.COLUMN)
                found.append(st.builds(LineSuchThat, st.just(term.reference), inside))
            else:
                found.append(st.builds(Comparison, st.just(term.reference), st.just(operator), _operand(term, operator)))
    numbers = [term.reference for term in terms if term.type.python in (int, Decimal)]
    if source is None:
        pairs = st.permutations(numbers)
        operators = st.sampled_from([Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST])
        two = st.tuples(pairs, operators).filter(lambda drawn: drawn[1] in catalogue.term(drawn[0][0]).type.operators)
        found.append(two.map(lambda drawn: Comparison(drawn[0][0], drawn[1], drawn[0][1])))
    return st.one_of(found)


def conditions(catalogue=CATALOGUE, source=None, leaves=None):
    parts = leaves if leaves is not None else comparisons(catalogue, source)
    return st.recursive(
        parts,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda found: AllOf(tuple(found))),
            st.lists(inner, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found))),
            inner.map(Not),
        ),
        max_leaves=5,
    ).filter(lambda condition: depth(condition) <= 4)


def depth(condition) -> int:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return 1 + max(depth(part) for part in parts)
        case Not(inner) | LineSuchThat(_, inner):
            return 1 + depth(inner)
    return 1


@st.composite
def facts(draw):
    """Each fact known, not known yet, or (an answer) not asked."""
    found = {}
    for reference, values in _VALUES.items():
        states = [*values, None] + ([Asked.NOT] if reference.source is Source.ANSWER else [])
        found[reference] = draw(st.sampled_from(states))
    return found


def known_more(draw, some):
    """The same facts, some of those not known yet being known."""
    more = dict(some)
    for reference, value in some.items():
        if value is None and draw(st.booleans()):
            more[reference] = draw(st.sampled_from([*_VALUES[reference], *([Asked.NOT] if reference.source is Source.ANSWER else [])]))
    return more


def naive(raw, some) -> float:
    """The truth of a condition as JSON: 1, 0, or a half when it is not known yet. `some`: facts by (source, key)."""
    if "all" in raw:
        return min(naive(part, some) for part in raw["all"])
    if "any" in raw:
        return max(naive(part, some) for part in raw["any"])
    if "not" in raw:
        return 1 - naive(raw["not"], some)
    value = _naive_value(raw, some)
    operator, operand = next((name, raw[name]) for name in raw if name in set(Operator))
    if isinstance(operand, dict) and operator != "has_a_line":
        operand = _naive_value(operand, some)
        if value == "not asked" or operand == "not asked":
            return 0
        if value is None or operand is None:
            return 0.5
    if value is None:
        return 0.5
    if value == "not asked":
        return 0
    if operator == "has_a_line":
        return max(naive(operand, {**some, **{("column", key): cell for key, cell in line.items()}}) for line in value)
    return int(_naive_meets(value, operator, operand))


def _naive_value(raw, some):
    source = next(name for name in raw if name in set(Source))
    value = some.get((source, raw[source]))
    if "part" not in raw or value in (None, "not asked"):
        return value
    return len(value) if raw["part"] == "lines" else sum(line[raw["part"]] for line in value)


def _naive_meets(value, operator, operand):
    def like(each):
        return {Decimal: Decimal, int: Decimal, date: date.fromisoformat}.get(type(value), lambda it: it)(each)

    if isinstance(value, str):
        plain = str.maketrans("ÉéÈè", "eeee")
        words = {"contains": lambda: operand.translate(plain).lower() in value.translate(plain).lower()}
    else:
        words = {"contains": lambda: operand in value}
    return (
        words
        | {
            "is_answered": lambda: True,
            "equals": lambda: value == (operand if isinstance(operand, bool) else like(operand)),
            "is_one_of": lambda: value in operand,
            "contains_any": lambda: bool(set(operand) & value),
            "at_least": lambda: value >= like(operand),
            "at_most": lambda: value <= like(operand),
            "between": lambda: like(operand[0]) <= value <= like(operand[1]),
        }
    )[operator]()


def by_name(some) -> dict:
    return {(ref.source.value, ref.key): "not asked" if value is Asked.NOT else value for ref, value in some.items()}


__all__ = ["CATALOGUE", "TODAY", "answer", "by_name", "column", "comparisons", "conditions", "facts", "known_more", "lycee", "naive"]
