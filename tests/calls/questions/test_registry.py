"""The portal does not start on a kind of question that is not whole."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

from calls import questions
from calls.questions.number import NumberQuestion
from calls.questions.registry import FRAME, KINDS, check, kinds_in
from calls.questions.text import TextQuestion


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of kinds written by the test."""

    def write(**files: str) -> ModuleType:
        folder = tmp_path / "made_kinds"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)
        module = ModuleType("made_kinds")
        module.__path__ = [str(folder)]
        monkeypatch.setitem(sys.modules, "made_kinds", module)
        for name in files:
            monkeypatch.delitem(sys.modules, f"made_kinds.{name}", raising=False)
        return module

    return write


def test_every_file_of_the_package_is_a_kind_named_as_the_file():
    files = {path.stem for path in Path(questions.__file__).parent.glob("*.py")} - {*FRAME, "__init__"}

    assert set(KINDS) == files
    assert kinds_in(questions) == KINDS


def test_a_kind_of_a_package_is_found_by_its_file(package):
    made = package(number="from calls.questions.text import TextQuestion\nclass Number(TextQuestion):\n    kind = 'number'\n")

    assert [(code, kind.__name__) for code, kind in kinds_in(made).items()] == [("number", "Number")]


def test_a_file_without_a_kind_is_refused(package):
    with pytest.raises(ImproperlyConfigured, match="made_kinds.empty must hold one kind of question, not 0"):
        kinds_in(package(empty="from calls.questions.text import TextQuestion\n"))


def test_a_file_is_named_as_its_kind(package):
    with pytest.raises(ImproperlyConfigured, match="made_kinds.words holds the kind 'text'"):
        kinds_in(package(words="from calls.questions.text import TextQuestion\nclass Words(TextQuestion): pass\n"))


@pytest.mark.parametrize("face", ["field", "read", "sample", "value_type", "options_from", "asks"])
def test_a_kind_without_a_face_is_refused_by_the_name_of_the_face(package, face):
    faces = {
        "field": "def field(self): ...",
        "read": "def read(self, value): ...",
        "sample": "def sample(self, rng): ...",
        "asks": "asks = ''",
        "value_type": "value_type = None",
        "options_from": "def options_from(self, raw, place, errors): ...",
    }
    kept = "\n    ".join(text for name, text in faces.items() if name != face)
    source = f"from calls.questions.base import FieldQuestion\nclass Odd(FieldQuestion):\n    kind, name, sheet_format = 'odd', 'Odd', ''\n    {kept}\n"

    with pytest.raises(ImproperlyConfigured, match=f"The kind of question Odd lacks: {face}"):
        kinds_in(package(odd=source))


def test_a_kind_without_a_template_is_refused():
    class Odd(TextQuestion):
        kind = "odd"

    with pytest.raises(ImproperlyConfigured, match="odd has no template calls/questions/odd.html"):
        check(Odd)


def test_a_kind_of_field_keeps_its_answer_in_a_row_of_answers():
    class Odd(NumberQuestion):
        holding = KINDS["file"].holding

    with pytest.raises(ImproperlyConfigured, match="if, and only if, it is a FieldQuestion"):
        check(Odd)
