"""Places of the waiting list that stay empty say why, on the page of the sitting and in its minutes."""

import pytest

from exports.papers.minutes import minutes_row
from scoring.enums import Method
from scoring.models import ScenarioLine, SelectionScenario
from scoring.screens.waiting_list import vacancy_of
from tests.factories.deliberation import close, deliberation
from tests.reading import text_of
from tests.stale import signed_in

ENTERS_NOT = (
    "au premier désistement, quel qu’il soit, aucun autre dossier n’entrerait sous les règles et dans l’enveloppe ; après plusieurs, d’autres "
    "le pourraient"
)


def scenario(wanted: int, *, doctrine=Method.MERIT, sought: int = 2) -> SelectionScenario:
    rows = [{"leaves": f"F{rank}", "enters": ["F9"], "sentence": ""} for rank in range(sought)]
    return SelectionScenario(
        doctrine=doctrine, parameters={"waiting_places": wanted, "places": 2, "budget": "100"}, summary={"selected": 2},
        result={"explanations": {"waiting": {"by_withdrawal": rows}}},
    )  # fmt: skip


def lines(*motives: str, waiting: int = 1) -> list[ScenarioLine]:
    """Two files retained, `waiting` on the list, then one for each motive."""
    chosen = [ScenarioLine(is_selected=True, motive="merit")] * 2
    listed = [ScenarioLine(waiting_rank=rank, motive="outscored") for rank in range(1, waiting + 1)]
    return [*chosen, *listed, *(ScenarioLine(motive=motive) for motive in motives)]


@pytest.mark.parametrize(
    ("made", "rows", "told"),
    [
        (scenario(0), lines("outscored", waiting=0), ""),
        (scenario(1), lines("outscored"), ""),
        (scenario(3), lines("outscored"), f"2 places sur 3 de la liste complémentaire restent vides : {ENTERS_NOT}."),
        (scenario(2), lines("rule_out"), f"1 place sur 2 de la liste complémentaire reste vide : {ENTERS_NOT}."),
        (scenario(2), lines("outscored", waiting=0), f"La liste complémentaire, de 2 dossiers au plus, reste vide : {ENTERS_NOT}."),
        (
            scenario(3, sought=1),
            lines("outscored"),
            "2 places sur 3 de la liste complémentaire restent vides : le calcul n’a pas eu le temps de chercher qui remplacerait chaque retenu.",
        ),
        (
            scenario(3),
            lines("no_score", "forced_out"),
            "2 places sur 3 de la liste complémentaire restent vides : aucun autre dossier ne peut être financé.",
        ),
        (
            scenario(2, doctrine=Method.RANKED),
            lines("no_amount"),
            "1 place sur 2 de la liste complémentaire reste vide : aucun autre dossier ne peut être financé.",
        ),
    ],
)
def test_it_says_how_many_and_the_true_cause(made, rows, told):
    assert vacancy_of(made, rows).replace("\u00a0", " ") == told


@pytest.mark.django_db
def test_the_sitting_and_its_minutes_say_the_same():
    made = close(deliberation(), waiting_places=5)
    told = "3 places sur 5 de la liste complémentaire restent vides : aucun autre dossier ne peut être financé."

    assert told in text_of(signed_in(made.chair).get(made.session.get_absolute_url())).replace("\u00a0", " ")
    assert minutes_row(made.session).vacancy.replace("\u00a0", " ") == told
