"""What the jury's side of a call hands on to its next wave: grid, rule of amounts, rules of balance, seats; what only other people may write is told."""

from collections import Counter
from collections.abc import Iterator, Mapping

from calls.actions.call_models import begun
from calls.actions.next_wave import Carried, carried, origin
from calls.models import Call
from portal.accounts.models import User
from portal.text.french import count, enumeration
from scoring import rules
from scoring.actions.amounts import adopt_amounts
from scoring.actions.call_rules import copy_call_rules, copy_ips_bands
from scoring.actions.grid import create_grid
from scoring.actions.panel import seat_member
from scoring.models import AmountPolicy, Grid
from scoring.queries.amounts import scale_of
from scoring.queries.balance import rules_of_last_sitting
from scoring.queries.call_rules import rules_of_call
from scoring.shipped import GRIDS
from scoring.wording.amounts import policy_sentence


def _counted(criteria: int) -> str:
    return count(criteria, "critère, avec ses niveaux et son poids", "critères, avec leurs niveaux et leurs poids")


@carried(40)
def grid(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The grid with its levels and weights, to be changed until the publication."""
    source = Grid.objects.filter(call=last).first()
    if source is None:
        yield Carried("Grille", f"{origin(last, following)} n’en avait pas.", is_left=True)
        return
    copy = create_grid(call=following, actor=actor, source=source)
    criteria = list(copy.criteria.all())
    conditional = sum(criterion.is_conditional for criterion in criteria)
    told = f" ; {count(conditional, 'critère garde sa condition', 'critères gardent leur condition')}" if conditional else ""
    yield Carried("Grille", f"{_counted(len(criteria))}, sur {copy.scale}{told}.")


@carried(50)
def amounts(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """How amounts are set."""
    policy = AmountPolicy.objects.filter(call=last).first()
    if policy:
        policy = adopt_amounts(call=following, source=policy, actor=actor)
        yield Carried("Montants", policy_sentence(policy, scale_of(following)))


@carried(60)
def jury(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The seats of those who may still sit; a model keeps how many there are for each body, and nobody's name."""
    if following.is_model:
        bodies = Counter(str(seat.body) for seat in last.panel.select_related("body"))
        following.model.kept["jury"] = dict(sorted(bodies.items()))
        following.model.save(update_fields=["kept"])
        yield Carried("Jury", f"{_seats(bodies)} ; à pourvoir dans chaque appel.", is_left=True)
        return
    if last.is_model:
        yield Carried("Jury", f"{_seats(last.model.kept.get('jury', {}))} ; à pourvoir.", is_left=True)
        return
    seats = list(last.panel.select_related("user", "body"))
    gone = [seat for seat in seats if rules.seat_gaps(seat.user, is_chair=seat.is_chair)]
    kept = [seat for seat in seats if seat not in gone]
    for seat in kept:
        seat_member(call=following, user=seat.user, body=seat.body, is_chair=seat.is_chair, actor=actor)
    if kept:
        yield Carried("Jury", f"{count(len(kept), 'siège')}. Personne n’est prévenu avant que des dossiers lui soient confiés.")
    if gone:
        named = enumeration([str(seat.user) for seat in gone])
        yield Carried("Sièges à pourvoir", f"{named} : le rôle de juré n’est plus le leur, ou plus celui d’une présidence.", is_left=True)
    if not seats:
        yield Carried("Jury", f"{origin(last, following)} n’en avait pas.", is_left=True)


def _seats(bodies: Mapping[str, int]) -> str:
    """« 3 sièges : Académie de Reims (1), Région Grand Est (2) »."""
    if not bodies:
        return "Aucun siège prévu"
    return f"{count(sum(bodies.values()), 'siège')} : {', '.join(f'{body} ({total})' for body, total in sorted(bodies.items()))}"


@carried(70)
def balance(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The rules that the call has published; where it had none, those of its last sitting; the bands of the index that it has given."""
    published = rules_of_call(last)
    copied = copy_call_rules(call=following, source=published or rules_of_last_sitting(last), actor=actor)
    if copied:
        whence = "" if published else " de la dernière séance"
        yield Carried("Règles d’équilibre", f"{count(len(copied), 'règle')}{whence} ; leurs bornes se relisent avant la publication.")
    elif not following.is_model:
        yield Carried("Règles d’équilibre", f"{origin(last, following)} n’en avait pas.", is_left=True)
    if scale := copy_ips_bands(call=following, source=last, actor=actor):
        yield Carried("Tranches d’IPS", f"Celles que {origin(last, following).lower()} avait fixées : {scale.in_words}.")


@carried(80)
def envelopes(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """Money is opened by those who answer for it."""
    labels = list(last.envelopes.order_by("label").values_list("label", flat=True))
    if last.is_model or following.is_model:
        yield from _envelope_names(last, following, labels)
        return
    told = f" ; la vague précédente avait {enumeration([f'« {label} »' for label in labels])}" if labels else ""
    yield Carried("Enveloppes", f"Un agent de la direction des finances les ouvre, avec leurs montants{told}.", is_left=True)


def _envelope_names(last: Call, following: Call, labels: list[str]) -> Iterator[Carried]:
    """A model keeps the names of the envelopes, and no money."""
    if following.is_model:
        following.model.kept["envelopes"] = labels
        following.model.save(update_fields=["kept"])
    else:
        labels = last.model.kept.get("envelopes", [])
    told = f" : {enumeration([f'« {label} »' for label in labels])}" if labels else ""
    yield Carried("Enveloppes", f"Un agent de la direction des finances les ouvre, avec leurs montants{told}.", is_left=True)


@begun(40)
def shipped_grid(key: str, call: Call, actor: User) -> Iterator[Carried]:
    """The grid of a shipped model, with its rule of amounts."""
    shipped = GRIDS.get(key)
    if shipped is None:
        yield Carried("Grille", "Elle est à écrire.", is_left=True)
        return
    made = create_grid(call=call, actor=actor, shipped=shipped)
    yield Carried("Grille", f"{_counted(made.criteria.count())}, sur {made.scale}.")
    if policy := AmountPolicy.objects.filter(call=call).first():
        yield Carried("Montants", policy_sentence(policy, scale_of(call)))


@begun(60)
def people_and_money(key: str, call: Call, actor: User) -> Iterator[Carried]:
    """What no model brings."""
    yield Carried("Jury", "Ses sièges sont à pourvoir.", is_left=True)
    yield Carried("Enveloppes", "Un agent de la direction des finances les ouvre, avec leurs montants.", is_left=True)
