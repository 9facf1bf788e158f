"""What a part cannot pay, as needs are bought whole: shared again among the others, and told on the screen, in the minutes, in the workbook."""

from decimal import Decimal

import pytest

from exports.papers.minutes import minutes_row
from exports.workbooks.scenarios import _columns
from scoring.models import Envelope, InterestDeclaration
from scoring.optimiser.shared import frozen_parts, is_same_sharing, leftover_of
from scoring.screens.scenario import scenario_screen
from scoring.wording.amounts import amount_sentence
from tests.factories.jury import with_second_factor
from tests.factories.sharing import chosen, decided, shared
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def made_again():
    """2 550 € by weights 3, 3 and 1: the first has its 1 000 €; parts of 1 170 € and 380 € in pieces of 150 € and 100 € leave 120 € and 80 €."""
    made = shared(money=2550)
    return made, chosen(made)


def test_a_file_that_others_parts_bring_to_all_it_asks_for_is_told_so():
    told = amount_sentence(
        amount=Decimal("22401.60"), asked=Decimal("22401.60"), due=2188000, why="tout ce qu’il demande", score=Decimal("79.72"), scale=100
    )

    assert plain(told) == "22 401,60 € : tout ce qu’il demande, note 79,72 sur 100."


def lines(made, scenario) -> list:
    found = {line.application_id: line for line in scenario.lines.all()}
    return [found[file.pk] for file in made.files[:3]]


def test_what_one_part_cannot_pay_buys_a_need_of_the_file_that_the_level_meets_first():
    made, scenario = made_again()

    assert [line.granted_amount for line in lines(made, scenario)] == [Decimal(1000), Decimal(1200), Decimal(300)]
    assert [plain(line.amount_reason) for line in lines(made, scenario)][1:] == [
        "1 200 € : sa part de l’enveloppe, 1 170 €, et 30 € que d’autres parts laissaient, faute de payer un besoin entier, "
        "note 80,00 sur 100 ; demandé 1 500 €.",
        "300 € : ce que 380 € permettent en besoins entiers (sa part de l’enveloppe), note 70,00 sur 100 ; demandé 1 000 €.",
    ]
    assert is_same_sharing(scenario)


def test_the_amount_and_the_reason_are_on_the_screen_in_the_minutes_and_in_the_workbook(client):
    made, scenario = made_again()
    said = (
        "Les besoins s’achètent en entier : 80 € des parts ne payaient pas un besoin de plus. "
        "30 € ont été partagés de nouveau entre les autres. Il reste 50 € : c’est trop peu pour un besoin de plus."
    )
    client.force_login(made.manager)

    assert said in text_of(client.get(scenario.get_absolute_url())).replace("\u00a0", " ")
    row = next(
        one for one in scenario_screen(scenario, lines(made, scenario), None, restricted=False).rows if one.line.granted_amount == 300
    )
    columns = {column.key: column.value for column in _columns(scenario, restricted=False)}
    assert (columns["part_ttc"](row), columns["part_inutilisee_ttc"](row)) == (Decimal(380), Decimal(80))
    assert "part_ttc" not in {column.key for column in _columns(scenario, restricted=True)}
    decided(made, scenario)
    assert plain(minutes_row(made.session).leftover) == said


def test_a_juror_with_a_conflict_is_told_nothing_of_it(client):
    made, scenario = made_again()
    InterestDeclaration.objects.create(user=made.chair, application=made.files[2])
    client.force_login(with_second_factor(made.chair))

    assert "s’achètent en entier" not in text_of(client.get(scenario.get_absolute_url()))


def test_when_everybody_has_the_most_what_is_left_is_told_so():
    made = shared(money=9000)

    assert plain(leftover_of(chosen(made))) == "Il reste 5 500 € : chaque dossier a déjà tout ce qu’il peut avoir."


def test_an_account_kept_before_needs_were_in_it_is_still_made_again():
    made, scenario = made_again()
    for account in scenario.result["sharing"]["lines"]:
        account["files"] = [[*file[:5], file[7]] for file in account["files"]]
        account["left"] = 0
    scenario.save(update_fields=["result"])
    scenario.lines.filter(application=made.files[1]).update(granted_amount=Decimal(1050))

    assert is_same_sharing(scenario)
    assert (leftover_of(scenario), frozen_parts(scenario)) == ("", {})


def test_an_account_whose_figures_are_not_those_of_the_rule_is_found_out():
    _, scenario = made_again()
    scenario.result["sharing"]["lines"][0]["files"][1][6] += 15_000

    assert not is_same_sharing(scenario)


def test_several_envelopes_open_to_all_are_shared_as_one_and_the_sitting_says_so(client):
    made = shared(money=1200)
    Envelope.objects.create(call=made.call, label="Région, rallonge", amount=Decimal(1200))
    scenario = chosen(made)
    client.force_login(made.manager)
    said = "« Investissement lycées » et « Région, rallonge », ouvertes à tous, sont partagées comme une seule."

    assert sum(line.granted_amount for line in lines(made, scenario)) == 2350
    for address in (scenario.get_absolute_url(), f"/seances/{made.session.pk}/nombre/?nombre=3"):
        assert said in text_of(client.get(address)).replace("\u00a0", " ")
