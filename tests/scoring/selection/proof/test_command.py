"""`manage.py verify_selection`, on what `select` prints."""

import json

import pytest
from django.core.management import CommandError, call_command

from portal.text.canonical import canonical
from scoring.selection.instance import Instance
from scoring.selection.proof.check_selection import check
from tests.scoring.selection.explanations.cases import TWO_PLACES
from tests.scoring.selection.families import family
from tests.scoring.selection.proof.answers import explained, proved


@pytest.fixture
def files(tmp_path):
    value = family("places", 40, seed=5)
    (tmp_path / "instance.json").write_text(json.dumps(value), encoding="utf-8")
    (tmp_path / "result.json").write_text(json.dumps(proved(value).to_dict()), encoding="utf-8")
    return tmp_path


def test_what_was_proved_is_accepted_and_the_canonical_form_is_written(files, capsys):
    call_command("verify_selection", files / "instance.json", files / "result.json", "--canonique", files / "canonical.json")

    assert capsys.readouterr().out == (
        "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne. (check_selection/1)\n"
        "Chiffres recomptés et phrases refaites : les mêmes.\nNon vérifié : ce que le solveur dit de lui-même.\n"
    )
    instance = Instance.from_dict(json.loads((files / "instance.json").read_text()))
    assert (files / "canonical.json").read_text() == canonical(instance.to_dict())


def test_what_is_refused_ends_with_one(files, capsys):
    printed = json.loads((files / "result.json").read_text()) | {"cost_cents": 1}
    (files / "result.json").write_text(json.dumps(printed))

    with pytest.raises(SystemExit) as ended:
        call_command("verify_selection", files / "instance.json", files / "result.json")

    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith("Refusé : le total ou le coût")


def test_a_file_that_is_no_instance_is_said(files):
    (files / "instance.json").write_text("{")

    with pytest.raises(CommandError, match="Refusé : "):
        call_command("verify_selection", files / "instance.json", files / "result.json")


def wrote(folder, printed):
    (folder / "instance.json").write_text(json.dumps(TWO_PLACES), encoding="utf-8")
    (folder / "result.json").write_text(json.dumps(printed), encoding="utf-8")
    return folder / "instance.json", folder / "result.json"


def test_explanations_are_checked_too_and_given_as_files_for_the_checker_alone(tmp_path, capsys):
    call_command("verify_selection", *wrote(tmp_path, explained(TWO_PLACES)), "--variantes", tmp_path / "variantes")

    assert "Explications : toutes prouvées (9).\n" in capsys.readouterr().out
    listed = [line.split(maxsplit=1) for line in (tmp_path / "variantes" / "sommaire.txt").read_text().splitlines()]
    assert "price:agri" in [name for _, name in listed]
    for number, name in listed:
        pair = [(tmp_path / "variantes" / f"{number}-{kind}.json").read_text() for kind in ("instance", "resultat")]
        assert check(*pair)[0] in ((0,) if name.startswith(("price", "withdrawal")) else (0, 3))


def test_what_rests_on_the_solver_is_listed_and_ends_with_three(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("verify_selection", *wrote(tmp_path, explained(TWO_PLACES, seconds=0)))

    assert ended.value.code == 3
    told = capsys.readouterr().out
    assert "Explications : 0\u00a0prouvée, 9 d’après le solveur." in told
    assert "d’après le solveur : price:agri" in told


def test_an_explanation_that_its_proof_does_not_establish_is_refused(tmp_path, capsys):
    printed = explained(TWO_PLACES)
    printed["explanations"]["prices"][1]["points"] = "2"

    with pytest.raises(SystemExit) as ended:
        call_command("verify_selection", *wrote(tmp_path, printed))

    assert ended.value.code == 1
    assert "Explications refusées" in capsys.readouterr().out
