"""What a condition may refer to of the earlier waves of a call, and how each fact is read. No model is imported.

Two kinds of facts. Those of the *results page* (retained or not, the amount): everybody reads them from the release on, so a call may decide by
them who is eligible and explain it for any lycée. Those *of the lycée alone* (the decision, refusals included, what was delivered): only the
lycée's own form reads them. « Not retained » and « did not apply » are the same public fact: nobody learns of a refusal from it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from calls.conditioned.retained import retained
from calls.conditions.catalogue import Term
from calls.conditions.references import Reference, Source
from calls.enums import ApplicationState, Outcome
from calls.questions.amount import AMOUNT
from calls.questions.choice import CHOICE
from calls.questions.comparison import FLAG, Domain
from calls.questions.number import NUMBER

if TYPE_CHECKING:
    from calls.models import Call

BEFORE = "before"  # in a key, in place of the number of one wave: all the earlier waves together
NO_DECISION = "none"
_DECISIONS = (*Outcome.choices, (NO_DECISION, "Aucune décision (pas de dossier, dossier retiré ou irrecevable)"))
_EUROS = Domain(is_money=True, minimum=Decimal(0))

Delivered = Callable[[Collection[int], int], Mapping[int, int]]
_delivered: list[Delivered] = []


def register_delivered(reader: Delivered) -> Delivered:
    """Have a higher app tell what was delivered: `reader(ids of calls, id of a lycée)` gives the articles by call. Usable as a decorator."""
    if reader not in _delivered:
        _delivered.append(reader)
    return reader


def wave(what: str, which: int | str) -> Reference:
    """A fact of an earlier wave: `wave("retained", 1)`, `wave("granted", BEFORE)`."""
    return Reference(Source.WAVE, f"{what}_{which}")


def terms_of_waves(numbers: Iterable[int], *, own: bool) -> list[Term]:
    """The terms of these waves, and of all of them together; with `own`, those that only the form of a lycée may read of it."""
    found = [term for number in sorted(numbers) for term in _terms_of(number, own)]
    return [*found, *_terms_of_all()] if found else []


def _terms_of(number: int, own: bool) -> list[Term]:
    place = f"en vague {number}"
    terms = [
        Term(
            wave("retained", number),
            f"le résultat de la vague {number}",
            FLAG,
            says=(f"le lycée a été retenu {place}", f"le lycée n’a pas été retenu {place}"),
        ),
        Term(wave("granted", number), f"l’aide accordée {place}", AMOUNT, _EUROS, feminine=True),
    ]
    if own:
        terms += [
            Term(wave("outcome", number), f"la décision {place}", CHOICE, Domain(_DECISIONS), feminine=True),
            Term(wave("delivered", number), f"le nombre d’articles livrés au titre de la vague {number}", NUMBER, Domain(minimum=0)),
        ]
    return terms


def _terms_of_all() -> list[Term]:
    says = ("le lycée a été retenu dans une vague précédente", "le lycée n’a été retenu dans aucune vague précédente")
    return [
        Term(wave("retained", BEFORE), "le résultat des vagues précédentes", FLAG, says=says),
        Term(wave("granted", BEFORE), "l’aide accordée dans les vagues précédentes", AMOUNT, _EUROS, feminine=True),
    ]


def earlier_waves(call: "Call") -> dict[int, "Call"]:
    """The waves before this one by number, as `previous` chains them. One query for each, once for each instance of the call."""
    found: dict[int, Call] | None = call.__dict__.get("_earlier_waves")
    if found is None:
        found, each, seen = {}, call.previous, {call.pk}
        while each is not None and each.pk not in seen:
            seen.add(each.pk)
            found.setdefault(each.wave, each)
            each = each.previous
        call.__dict__["_earlier_waves"] = found
    return found


def is_of_a_wave(reference: Reference) -> bool:
    return reference.source is Source.WAVE


def waves_awaited(call: "Call", reference: Reference) -> list[int]:
    """The waves whose results are not public yet, on which a fact of earlier waves depends; none for another fact."""
    if not is_of_a_wave(reference):
        return []
    which = _parts(reference)[1]
    return sorted(number for number, each in earlier_waves(call).items() if which in (BEFORE, str(number)) and not each.has_results)


def is_of_the_lycee_alone(reference: Reference) -> bool:
    """Whether a fact of an earlier wave is one that no results page says: what the lycée was refused, what was delivered to it."""
    return is_of_a_wave(reference) and not reference.key.startswith(("retained_", "granted_"))


@dataclass(frozen=True)
class _Published:
    """What the results pages of the earlier waves say: amounts by lycée, for each wave; None while its results are not public."""

    amounts: Mapping[int, Mapping[int, Decimal] | None]

    def of(self, reference: Reference, lycee: int) -> Any:
        what, which = _parts(reference)
        if which == BEFORE:
            known = [self._one(what, number, lycee) for number in self.amounts]
            if what == "retained":  # retained once is enough, whatever is not public yet
                return True if True in known else None if None in known else False
            return None if None in known else sum(known, Decimal(0))
        return self._one(what, int(which), lycee)

    def _one(self, what: str, number: int, lycee: int) -> Any:
        amounts = self.amounts.get(number)
        if amounts is None:
            return None
        return lycee in amounts if what == "retained" else amounts.get(lycee, Decimal(0))


def _parts(reference: Reference) -> tuple[str, str]:
    what, _, which = reference.key.partition("_")
    return what, which


def _published(call: "Call") -> _Published:
    """One query for all the waves, once for each instance of the call: those retained are few."""
    found: _Published | None = call.__dict__.get("_published_waves")
    if found is None:
        waves = earlier_waves(call)
        public = {each.pk: number for number, each in waves.items() if each.has_results}
        amounts: dict[int, dict[int, Decimal]] = {number: defaultdict(Decimal) for number in public.values()}
        files = call.applications.model.objects.filter(retained(), call__in=public)
        for of_call, lycee, granted in files.order_by("pk").values_list("call", "establishment", "granted_amount") if public else ():
            amounts[public[of_call]][lycee] += granted or Decimal(0)
        found = _Published({number: dict(amounts[number]) if number in amounts else None for number in waves})
        call.__dict__["_published_waves"] = found
    return found


def facts_of_waves(call: "Call", lycee: int, wanted: Iterable[Reference]) -> dict[Reference, Any]:
    """The facts wanted of the earlier waves, for the lycée of this id; None while the results of a wave are not public, or where it has gone."""
    asked = [each for each in wanted if is_of_a_wave(each)]
    facts = {each: _published(call).of(each, lycee) for each in asked if _parts(each)[0] in ("retained", "granted")}
    private = [each for each in asked if each not in facts]
    return facts | (_own_facts(call, lycee, private) if private else {})


def _own_facts(call: "Call", lycee: int, wanted: Collection[Reference]) -> dict[Reference, Any]:
    public = {each.pk: number for number, each in earlier_waves(call).items() if each.has_results}
    decisions = dict.fromkeys(public.values(), NO_DECISION)
    files = call.applications.model.objects.filter(call__in=public, establishment=lycee).exclude(state=ApplicationState.WITHDRAWN)
    found = list(files.exclude(outcome="").order_by("pk").values_list("call", "outcome")) if public else []
    for outcome in reversed(Outcome.values):  # of several files, the best decision
        decisions |= {public[of_call]: decided for of_call, decided in found if decided == outcome}
    delivered = dict.fromkeys(public.values(), 0)
    if public and any(_parts(each)[0] == "delivered" for each in wanted):
        for reader in _delivered:
            for of_call, quantity in reader(public.keys(), lycee).items():
                delivered[public[of_call]] += quantity
    tables = {"outcome": decisions, "delivered": delivered}
    return {each: tables[what].get(int(which)) for each in wanted for what, which in [_parts(each)]}
