"""What the jury's side of a call hands on to its next wave: grid, rule of amounts, seats; what only other people may write is told."""

from collections.abc import Iterator

from calls.actions.next_wave import Carried, carried
from calls.models import Call
from portal.accounts.models import User
from portal.text.french import count, enumeration
from scoring import rules
from scoring.actions.amounts import adopt_amounts
from scoring.actions.grid import create_grid
from scoring.actions.panel import seat_member
from scoring.models import AmountPolicy, Grid
from scoring.queries.amounts import scale_of
from scoring.queries.balance import rules_of_last_sitting
from scoring.wording.amounts import policy_sentence


@carried(40)
def grid(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The grid with its levels and weights, to be changed until the publication."""
    source = Grid.objects.filter(call=last).first()
    if source is None:
        yield Carried("Grille", "La vague précédente n’en avait pas.", is_left=True)
        return
    copy = create_grid(call=following, actor=actor, source=source)
    yield Carried("Grille", f"{count(copy.criteria.count(), 'critère')}, avec ses niveaux et ses poids, sur {copy.scale}.")


@carried(50)
def amounts(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """How amounts are set."""
    policy = AmountPolicy.objects.filter(call=last).first()
    if policy:
        policy = adopt_amounts(call=following, source=policy, actor=actor)
        yield Carried("Montants", policy_sentence(policy, scale_of(following)))


@carried(60)
def jury(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The seats of those who may still sit."""
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
        yield Carried("Jury", "La vague précédente n’en avait pas.", is_left=True)


@carried(70)
def balance(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """Rules of balance are written in a sitting, once there are files."""
    if known := rules_of_last_sitting(last):
        told = f"{count(len(known), 'règle')} de la dernière séance : la première séance de la vague les reprend d’une pression."
        yield Carried("Règles d’équilibre", told, is_left=True)


@carried(80)
def envelopes(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """Money is opened by those who answer for it."""
    labels = list(last.envelopes.order_by("label").values_list("label", flat=True))
    told = f" ; la vague précédente avait {enumeration([f'« {label} »' for label in labels])}" if labels else ""
    yield Carried("Enveloppes", f"Un agent de la direction des finances les ouvre, avec leurs montants{told}.", is_left=True)
