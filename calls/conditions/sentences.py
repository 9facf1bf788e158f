"""How a condition reads in French: « si « Avez-vous un référent ? » est « Oui » et si le nombre d’élèves est d’au moins 300 »."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from calls.conditions.catalogue import Catalogue, Term
from calls.conditions.evaluation import Asked, Ruling, fact
from calls.conditions.references import Reference, Source
from calls.conditions.tree import AllOf, AnyOf, Comparison, Condition, LineSuchThat, Not, plain_form
from calls.questions.comparison import Operator

_PLURAL = {"est": "sont", "a": "ont", "comprend": "comprennent", "contient": "contiennent", "compte": "comptent"}


def sentence(condition: Condition, catalogue: Catalogue) -> str:
    """« si A et si B », to follow what depends on it, without a full stop. Raises KeyError on a term that the catalogue has not."""
    return _said(plain_form(condition), catalogue, "si ")


def statement(condition: Condition, catalogue: Catalogue) -> str:
    """« A et B », as a sentence of its own without its full stop."""
    return _capital(claim(condition, catalogue))


def claim(condition: Condition, catalogue: Catalogue) -> str:
    """« a et b », within a sentence."""
    return _said(plain_form(condition), catalogue, "")


def _said(condition: Condition, catalogue: Catalogue, lead: str) -> str:
    if not isinstance(condition, AllOf | AnyOf):
        return f"{lead}{clause(condition, catalogue)}"
    parts = [_said(part, catalogue, lead) for part in condition.conditions]
    # After `plain_form`, what is inside is of the other kind: its marks say how far it goes.
    parts = [f"({text})" if isinstance(part, AllOf | AnyOf) else text for part, text in zip(condition.conditions, parts, strict=True)]
    return listed(parts, "et" if isinstance(condition, AllOf) else "ou")


def listed(parts: Sequence[str], word: str) -> str:
    """A, B et C."""
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else parts[0]


def clause(literal: Condition, catalogue: Catalogue) -> str:
    """One comparison, or the « not » of one: « le nombre d’élèves est de moins de 300 », « le secteur n’est pas « Privé » »."""
    positive = not isinstance(literal, Not)
    atom = literal.condition if isinstance(literal, Not) else literal
    if isinstance(atom, LineSuchThat):
        inside = catalogue.inside(atom.reference)
        lines = _said(plain_form(atom.condition), inside, "dont ")
        return f"{catalogue.term(atom.reference).name} {'contient une' if positive else 'ne contient aucune'} ligne {lines}"
    if not isinstance(atom, Comparison):
        raise TypeError("A clause is one comparison: take the plain form first.")
    term = catalogue.term(atom.reference)
    if term.says and isinstance(atom.operand, bool):
        return term.says[0 if atom.operand is positive else 1]
    return f"{term.name} {_predicate(term, atom, catalogue, positive)}"


def conjugated(term: Term, verb: str, positive: bool) -> str:
    """« est », « n’est pas », « sont », « ne comprennent pas »: the verb (est, a, comprend, contient, compte) as the term wants it."""
    verb = _PLURAL[verb] if term.plural else verb
    if positive:
        return verb
    return f"n’{verb} pas" if verb[0] in "aeo" else f"ne {verb} pas"


_BESIDE = {Operator.EQUALS: "le même jour que", Operator.AT_LEAST: "avant", Operator.AT_MOST: "après"}


def beside_day(operator: Operator, positive: bool, other: str) -> str:
    """How a day compares to another one: « n’est pas après la date du dépôt », « est avant « Début » »."""
    is_plain = positive is (operator is Operator.EQUALS)  # « au moins » is « not before »
    return f"{'est' if is_plain else 'n’est pas'} {_BESIDE[operator]} {other}".replace("que une ", "qu’une ")


def _predicate(term: Term, atom: Comparison, catalogue: Catalogue, positive: bool) -> str:
    operator, operand = atom.operator, atom.operand
    if isinstance(operand, Reference):
        other = catalogue.term(operand).name
        if term.type.python is date:
            return beside_day(operator, positive, other)
        compared = {Operator.AT_LEAST: "supérieur", Operator.AT_MOST: "inférieur"}.get(operator)
        either = f"{agreed(compared, term)} ou " if compared else ""
        return f"{conjugated(term, 'est', positive)} {either}{agreed('égal', term)} {_to(other)}"
    if operator is Operator.IS_ANSWERED:
        return answered(term, positive)
    if operator in (Operator.CONTAINS, Operator.CONTAINS_ANY):
        return _held(term, operator, operand, positive)
    if operator is Operator.IS_ONE_OF and not positive and isinstance(operand, tuple) and len(operand) > 1:
        return f"{conjugated(term, 'est', False).removesuffix(' pas')} ni {' ni '.join(map(term.written, operand))}"
    if term.type.code == "files":
        return f"{conjugated(term, 'compte', positive)} au moins {term.written(operand)} fichier{'s' if _plural(operand) else ''}"
    if not positive and operator in _BEYOND:
        return f"{conjugated(term, 'est', True)} {_beyond(term, operator, operand)}"
    return f"{conjugated(term, 'est', positive)} {_measured(term, operator, operand)}"


# What is not at least 300 is less than 300: (of a number, of a day).
_BEYOND = {Operator.AT_LEAST: ("moins de", "avant le"), Operator.AT_MOST: ("plus de", "après le")}


def _beyond(term: Term, operator: Operator, operand: Any) -> str:
    """What follows « est » where a bound is not kept: de moins de 300, avant le 12 mars 2027."""
    number, day = _BEYOND[operator]
    return f"{day} {term.written(operand)}" if isinstance(operand, date) else f"de {number} {term.written(operand)}"


def _measured(term: Term, operator: Operator, operand: Any) -> str:
    """What follows « est »: « Oui », de 300, d’au moins 300, le 12 mars 2027 ou après."""
    is_date = isinstance(operand, date)
    match operator:
        case Operator.IS_ONE_OF:
            return listed([term.written(each) for each in operand], "ou")
        case Operator.BETWEEN:
            low, high = (term.written(each) for each in operand)
            article = "le " if isinstance(operand[0], date) else ""
            return f"{agreed('compris', term)} entre {article}{low} et {article}{high}"
        case Operator.AT_LEAST:
            return f"le {term.written(operand)} ou après" if is_date else f"d’au moins {term.written(operand)}"
        case Operator.AT_MOST:
            return f"le {term.written(operand)} ou avant" if is_date else f"d’au plus {term.written(operand)}"
    if is_date:
        return f"le {term.written(operand)}"
    return term.written(operand) if isinstance(operand, str | bool) or term.domain.choices else f"de {term.written(operand)}"


def answered(term: Term, positive: bool) -> str:
    """« a une réponse », « n’est pas jointe »; of a fact, which nobody is asked in the file, « est connu »."""
    if term.type.code == "files":
        return f"{conjugated(term, 'est', positive)} {agreed('joint', term)}"
    if term.type.code == "lines":
        return f"{conjugated(term, 'est', positive)} {agreed('rempli', term)}"
    if not _is_question(term):
        return f"{conjugated(term, 'est', positive)} {agreed('connu', term)}"
    return f"{conjugated(term, 'a', positive)} {'une' if positive else 'de'} réponse"


def _is_question(term: Term) -> bool:
    """Whether it is asked in the file: a question, or a column of its lines."""
    return term.reference.source in (Source.ANSWER, Source.COLUMN)


def _held(term: Term, operator: Operator, operand: Any, positive: bool) -> str:
    verb = "contient" if term.type.python is str else "comprend"
    if operator is Operator.CONTAINS:
        return f"{conjugated(term, verb, positive)} {term.written(operand)}"
    if positive or len(operand) == 1:
        return f"{conjugated(term, verb, positive)} {listed([term.written(each) for each in operand], 'ou')}"
    return f"{conjugated(term, verb, False).removesuffix(' pas')} ni {' ni '.join(map(term.written, operand))}"


def agreed(word: str, term: Term) -> str:
    """The word in the gender and number of the term: égal, égale, égaux, égales."""
    if term.plural and not term.feminine and word.endswith("al"):
        return f"{word[:-2]}aux"
    plural = "s" if term.plural and not word.endswith("s") else ""
    return f"{word}{'e' if term.feminine else ''}{'s' if term.feminine and term.plural else plural}"


def _to(name: str) -> str:
    for article, joined in (("le ", "au "), ("les ", "aux ")):
        if name.startswith(article):
            return f"{joined}{name.removeprefix(article)}"
    return f"à {name}"


def _plural(value: Any) -> bool:
    return isinstance(value, int) and value > 1


# Why it does not hold


def refusals(ruling: Ruling, catalogue: Catalogue, asker: str = "l’appel") -> list[str]:
    """Why a condition does not hold, or is not known to: one sentence per part that decides, with the fact and what is wanted of it.

    « Le nombre d’élèves est de 250 ; l’appel demande au moins 300. » Empty when it holds.
    """
    if ruling.truth.is_true:
        return []
    facts = dict(ruling.used)
    form = plain_form(ruling.condition)
    parts = form.conditions if isinstance(form, AllOf) else (form,)
    decides = set(ruling.deciding)
    return [text for part in parts if (text := _refusal(part, decides, facts, catalogue, asker))]


def _refusal(part: Condition, decides: set[Condition], facts: dict[Reference, Any], catalogue: Catalogue, asker: str) -> str:
    if not isinstance(part, AllOf | AnyOf):
        return _capital(f"{told(part, facts, catalogue)} ; {asker} {wanted(part, catalogue)}.") if part in decides else ""
    literals = [each for each in _literals(part) if each in decides]
    if not literals:
        return ""
    seen = listed(list(dict.fromkeys(told(each, facts, catalogue) for each in literals)), "et")
    return _capital(f"{seen} ; {asker} demande l’un ou l’autre : {_said(part, catalogue, '')}.")


def _literals(condition: Condition) -> list[Condition]:
    if isinstance(condition, AllOf | AnyOf):
        return [literal for part in condition.conditions for literal in _literals(part)]
    return [condition]


def told(literal: Condition, facts: dict[Reference, Any], catalogue: Catalogue) -> str:
    """The fact that a comparison looked at: « le nombre d’élèves est de 250 », « « X » n’est pas posée »."""
    atom = literal.condition if isinstance(literal, Not) else literal
    if not isinstance(atom, Comparison | LineSuchThat):
        raise TypeError("One comparison has a fact: take the plain form first.")
    term = catalogue.term(atom.reference)
    value = fact(atom.reference, facts)
    if isinstance(atom, Comparison) and isinstance(atom.operand, Reference):
        other = catalogue.term(atom.operand)
        return f"{stated(term, value)} et {stated(other, fact(atom.operand, facts))}"
    if isinstance(atom, LineSuchThat) and value not in (None, Asked.NOT):
        return clause(Not(atom) if literal is atom else atom, catalogue)
    return stated(term, value)


def stated(term: Term, value: Any) -> str:
    """What is known of a term, as a clause."""
    if value is Asked.NOT:
        return f"{term.name} n’est pas posée"
    if value is None:
        return f"{term.name} {'n’a pas encore de réponse' if _is_question(term) else answered(term, False)}"
    if term.says:
        return term.says[0 if value else 1]
    if isinstance(value, frozenset):
        names = [term.written(code) for code, _label in term.domain.choices if code in value] or [
            term.written(each) for each in sorted(value)
        ]
        return (
            f"{term.name} {conjugated(term, 'comprend', True)} {listed(names, 'et')}"
            if names
            else f"{term.name} {conjugated(term, 'est', True)} vide"
        )
    if term.type.code == "lines":
        return f"{term.name} {conjugated(term, 'est', True)} {agreed('rempli', term)}"
    if term.type.code == "files":
        return f"{term.name} {conjugated(term, 'compte', True)} {term.written(value)} fichier{'s' if _plural(value) else ''}"
    return f"{term.name} {conjugated(term, 'est', True)} {_measured(term, Operator.EQUALS, value)}"


def wanted(literal: Condition, catalogue: Catalogue) -> str:
    """What follows who asks: « demande au moins 300 », « exclut « Privé » »."""
    positive = not isinstance(literal, Not)
    atom = literal.condition if isinstance(literal, Not) else literal
    if isinstance(atom, LineSuchThat):
        return "en demande une" if positive else "n’en admet aucune"
    if not isinstance(atom, Comparison):
        raise TypeError("One comparison wants one thing: take the plain form first.")
    if catalogue.term(atom.reference).says and isinstance(atom.operand, bool):
        return f"demande : {clause(literal, catalogue)}"
    if not positive and atom.operator is Operator.IS_ANSWERED:
        return (
            "n’en attend pas"
            if _is_question(catalogue.term(atom.reference))
            else f"demande {_known(catalogue.term(atom.reference), False)}"
        )
    if not positive and atom.operator in _BEYOND and not isinstance(atom.operand, Reference):
        number, day = _BEYOND[atom.operator]
        before = f"une date {day}" if isinstance(atom.operand, date) else number
        return f"demande {before} {catalogue.term(atom.reference).written(atom.operand)}"
    return f"{'demande' if positive else 'exclut'} {sought(atom, catalogue)}"


def sought(atom: Comparison, catalogue: Catalogue) -> str:
    """The values that a comparison accepts: au moins 300, « A » ou « B », une date à partir du 12 mars 2027."""
    term, operand = catalogue.term(atom.reference), atom.operand
    if isinstance(operand, Reference):
        before = {Operator.AT_LEAST: "au moins ", Operator.AT_MOST: "au plus "}.get(atom.operator, "autant que ")
        return f"{before}{catalogue.term(operand).name}"
    if atom.operator is Operator.IS_ANSWERED:
        return "une réponse" if _is_question(term) else _known(term, True)
    if term.says:
        return term.says[0 if operand else 1]
    if isinstance(operand, tuple) and atom.operator is not Operator.BETWEEN:
        return listed([term.written(each) for each in operand], "ou")
    if isinstance(operand, date) or (isinstance(operand, tuple) and isinstance(operand[0], date)):
        return _dates_sought(term, atom.operator, operand)
    if isinstance(operand, tuple):
        return f"de {term.written(operand[0])} à {term.written(operand[1])}"
    return {Operator.AT_LEAST: "au moins ", Operator.AT_MOST: "au plus "}.get(atom.operator, "") + term.written(operand)


def _known(term: Term, positive: bool) -> str:
    """« qu’il le soit », « qu’elles ne le soient pas », after « est connu »."""
    pronoun = f"{'elle' if term.feminine else 'il'}{'s' if term.plural else ''}"
    verb = "soient" if term.plural else "soit"
    return f"qu’{pronoun} {'le' if positive else 'ne le'} {verb}{'' if positive else ' pas'}"


def _dates_sought(term: Term, operator: Operator, operand: Any) -> str:
    if isinstance(operand, tuple):
        return f"une date du {term.written(operand[0])} au {term.written(operand[1])}"
    before = {Operator.AT_LEAST: "une date à partir du ", Operator.AT_MOST: "une date jusqu’au "}.get(operator, "le ")
    return f"{before}{term.written(operand)}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
