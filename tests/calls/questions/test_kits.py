"""Kits in the definition of a table of needs."""

import pytest

from calls.forms.building.row_kinds import kit_rows, kits_of
from calls.questionnaire import errors_in

ITEM = {"code": "serveur", "label": "Serveur", "kind": "equipment", "unit_price": "100.00"}
LINE = {"item": "serveur", "quantity": 2, "priority": 1, "is_essential": False, "detail": ""}


def faults(*kits) -> list[str]:
    asked = {"key": "besoins", "kind": "needs", "label": "Besoins", "items": [ITEM], "kits": list(kits)}
    return errors_in({"sections": [{"key": "s", "title": "S", "questions": [asked]}]})


@pytest.mark.parametrize(
    ("kit", "sentence"),
    [
        ({"key": "k", "label": "", "lines": [LINE]}, "n’a pas de nom"),
        ({"key": "k", "label": "K", "lines": []}, "n’a aucune ligne"),
        ({"key": "k", "label": "K", "lines": [LINE | {"item": "yacht"}]}, "contient l’article « yacht », qui n’est pas dans la liste"),
        ({"key": "k", "label": "K", "lines": [LINE | {"quantity": 0}]}, "une quantité va de 1"),
        ({"key": "k", "label": "K", "lines": [LINE | {"quantity": "2"}]}, "une quantité va de 1"),
        ({"key": "k", "label": "K", "lines": [LINE | {"priority": 5}]}, "la priorité va de 1 à 4"),
        ({"key": "k", "label": "K", "lines": [LINE | {"detail": "x" * 201}]}, "200 signes au plus"),
    ],
)
def test_a_kit_that_could_not_be_added_is_refused_with_the_form(kit, sentence):
    assert any(sentence in fault for fault in faults(kit))


def test_two_kits_do_not_share_a_code():
    kit = {"key": "k", "label": "K", "lines": [LINE]}

    assert faults(kit) == []
    assert any("« k » est employée deux fois" in fault for fault in faults(kit, kit))


def test_rows_of_the_same_name_make_a_kit_that_keeps_its_key():
    held = [{"key": "a", "label": "A", "lines": [LINE, LINE | {"quantity": 3}]}, {"key": "b", "label": "B", "lines": [LINE]}]
    rows = kit_rows({"kits": held})

    assert kits_of(rows) == held
    renamed = kits_of([row | {"label": "Salle neuve"} if row["label"] == "A" else row for row in rows])
    assert [(kit["key"], kit["label"], len(kit["lines"])) for kit in renamed] == [("a", "Salle neuve", 2), ("b", "B", 1)]
    cut = kits_of([rows[0], rows[1] | {"label": "Reste"}, rows[2]])
    assert [kit["key"] for kit in cut] == ["a", "reste", "b"]
