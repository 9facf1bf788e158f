"""The motive of a file retained in part says what of it is not retained, and why, under each rule of amounts; and stays true when it changes."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls.models import RequestLine
from scoring.enums import Motive
from scoring.models import AmountPolicy, FundingDecision
from scoring.wording.amounts import no_part_sentence
from scoring.wording.motives import motive_for_school
from scoring.wording.parts import AMOUNT, ESSENTIAL_NEED, OTHER_NEED, Cause, Unretained, part_sentence
from tests.factories.balance import places, sitting, solved
from tests.factories.deliberation import propose, revise
from tests.factories.jury import with_second_factor
from tests.factories.sharing import chosen, decided, shared
from tests.reading import values_of
from tests.scoring.actions.test_amounts import mixed

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def split(file, *, essential: int) -> None:
    """Ten pieces asked: so many « Bornes » said indispensable, and the other « Chariots »."""
    need = file.lines.get()
    file.lines.update(label="Chariots", quantity=10 - essential, is_essential=False)
    need.pk, need.label, need.quantity, need.is_essential = None, "Bornes", essential, True
    RequestLine.objects.bulk_create([need])


def part_of(decision: FundingDecision) -> str:
    """What the motive says from « Il est retenu en partie » on."""
    return plain(decision.motive).partition("Il est retenu en partie, ")[2]


def test_a_shared_envelope_that_pays_no_more_than_a_part_of_what_is_indispensable_says_both_parts():
    made = shared()
    split(made.files[1], essential=8)

    first, second, _, refused = decided(made, chosen(made))

    assert part_of(second) == (
        "car l’enveloppe de l’appel est partagée entre les dossiers retenus, selon leur note. "
        "N’est pas retenu : parmi les besoins indispensables, Bornes (1 sur 8) ; parmi les autres besoins, Chariots (2)."
    )
    assert part_of(first) == part_of(refused) == ""


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"way": "essential"}, "car l’appel ne finance que les besoins dits indispensables. N’est pas retenu : parmi les autres besoins, Chariots (6)."),
        (
            {"way": "rate", "bands": [["50.00", 60]], "step": 1},
            "car l’appel finance une part de la demande, selon la note. N’est pas retenu : parmi les autres besoins, Chariots (4 sur 6).",
        ),
    ],
)  # fmt: skip
def test_each_rule_of_amounts_has_its_own_cause(rule, said):
    made = places(sitting((90, 80), (1000, 1000), money=5000), None)
    AmountPolicy.objects.create(call=made.call, **rule)
    made.call.refresh_from_db()
    for file in made.files:
        split(file, essential=4)

    first, *_ = decided(made, solved(made, made.files))

    assert part_of(first) == said


def test_what_is_asked_in_money_is_told_apart():
    left = [
        Unretained(AMOUNT, "Coût des ressources TTC", Decimal("20.40"), Decimal("120.50")),
        Unretained(OTHER_NEED, "Chariots", 2, 2),
        *(Unretained(ESSENTIAL_NEED, f"Borne {n}", 1, 3) for n in range(7)),
    ]

    assert plain(part_sentence(left, Cause.REGION)) == (
        "Il est retenu en partie, car la Région n’en retient qu’une partie. N’est pas retenu : parmi les besoins indispensables, "
        "Borne 0 (1 sur 3), Borne 1 (1 sur 3), Borne 2 (1 sur 3), Borne 3 (1 sur 3) et 3 autres ; parmi les autres besoins, Chariots (2) ; "
        "parmi les montants demandés, Coût des ressources TTC (20,40 € sur 120,50 €)."
    )
    assert part_sentence([], Cause.SHARED) == ""


def test_a_motive_says_the_scale_of_its_call():
    said = motive_for_school(motive=Motive.MERIT, rank=1, score=Decimal("15.5"), scale=20, waiting_rank=None)

    assert "avec la note de 15,50 sur 20" in said


def test_what_the_rule_of_amounts_does_not_give_is_said_as_in_the_minutes():
    told = no_part_sentence(score=Decimal("38.48"), scale=100)
    said = motive_for_school(motive=Motive.TOO_LITTLE, rank=20, score=Decimal("38.48"), scale=100, waiting_rank=None, of_amounts=told)
    earlier = motive_for_school(motive=Motive.TOO_LITTLE, rank=20, score=Decimal("38.48"), scale=100, waiting_rank=None)

    assert plain(said).endswith("100 ; sa note, 38,48 sur 100, ne lui donne pas de part de l’enveloppe.")
    assert plain(earlier).endswith("ce que la règle des montants lui donne ne permet pas de faire le projet.")


def revised(made, **changes) -> FundingDecision:
    """The first decision changed by finance, its motive left as the page shows it."""
    return revise(made, 0, motive=FundingDecision.objects.get(application=made.files[0]).motive, **changes)


def test_a_quantity_changed_by_hand_changes_what_the_motive_says_of_it():
    made = propose(mixed())
    need = made.files[0].lines.get()

    reduced = revised(made, quantities={need.pk: 7})
    again = revised(made, quantities={need.pk: 9})
    whole = revised(made, quantities={need.pk: 10})

    assert (
        part_of(reduced)
        == f"car la Région n’en retient qu’une partie. N’est pas retenu : parmi les autres besoins, {need.label} (3 sur 10)."
    )
    assert part_of(again).endswith(f"{need.label} (1 sur 10).")
    assert part_of(whole) == ""
    assert whole.motive and whole.motive in reduced.motive


def test_what_somebody_wrote_is_left_as_it_is():
    made = propose(mixed())
    need = made.files[0].lines.get()

    decision = revise(made, 0, quantities={need.pk: 7}, motive="Trois bornes de moins, après un échange avec le lycée.")

    assert decision.motive == "Trois bornes de moins, après un échange avec le lycée."


def test_the_form_of_the_decision_sends_back_a_motive_that_follows(client):
    made = propose(mixed())
    need = made.files[0].lines.get()
    reduced = revised(made, quantities={need.pk: 7})
    client.force_login(with_second_factor(made.finance))
    page = client.get(reverse("scoring:decision", args=[reduced.pk]))
    names = [field.html_name for field in page.context["form"]]
    sent = {name: values[0] for name in names if (values := values_of(page, name))}

    answer = client.post(reverse("scoring:decision", args=[reduced.pk]), sent | {f"quantity-{need.pk}": "4"})

    assert answer.status_code == 302
    assert part_of(FundingDecision.objects.get(pk=reduced.pk)).endswith(f"{need.label} (6 sur 10).")
