"""`manage.py verify_selection`, on what `select` prints."""

import json

import pytest
from django.core.management import CommandError, call_command

from portal.text.canonical import canonical
from scoring.selection.instance import Instance
from tests.scoring.selection.families import family
from tests.scoring.selection.proof.answers import proved


@pytest.fixture
def files(tmp_path):
    value = family("places", 40, seed=5)
    (tmp_path / "instance.json").write_text(json.dumps(value), encoding="utf-8")
    (tmp_path / "result.json").write_text(json.dumps(proved(value).to_dict()), encoding="utf-8")
    return tmp_path


def test_what_was_proved_is_accepted_and_the_canonical_form_is_written(files, capsys):
    call_command("verify_selection", files / "instance.json", files / "result.json", "--canonique", files / "canonical.json")

    assert capsys.readouterr().out == "Prouvé : aucune autre sélection conforme aux règles n’est aussi bonne. (check_selection/1)\n"
    instance = Instance.from_dict(json.loads((files / "instance.json").read_text()))
    assert (files / "canonical.json").read_text() == canonical(instance.to_dict())


def test_what_is_refused_ends_with_one(files, capsys):
    printed = json.loads((files / "result.json").read_text()) | {"cost_cents": 1}
    (files / "result.json").write_text(json.dumps(printed))

    with pytest.raises(SystemExit) as ended:
        call_command("verify_selection", files / "instance.json", files / "result.json")

    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith("Refusé : le total des points ou le coût")


def test_a_file_that_is_no_instance_is_said(files):
    (files / "instance.json").write_text("{")

    with pytest.raises(CommandError, match="Refusé : "):
        call_command("verify_selection", files / "instance.json", files / "result.json")
