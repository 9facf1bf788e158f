"""Marks and names of lycées are written one way: a mark by `french.mark`, a name inside a sentence with its article."""

import re

from tests.architecture.sources import APPS, MODULES, ROOT, TEMPLATES, Module, Template, offences

MARK = re.compile(r"\b(?:exact|number|hundredths)\([^()\[\n]*\bscore\b[^()\[\n]*\)|\bscore\|number[^ }]*")
SCHOOL = r"[\w.]*\b(?:establishment|school)(?:\.name)?"
SMALL_WORD = r"\b(?:de|à|par|pour|chez|avec|que|rejoindre)"
IN_TEMPLATE = re.compile(rf"{SMALL_WORD} {{{{ ?{SCHOOL} ?}}}}")
IN_CODE = re.compile(rf"{SMALL_WORD} {{{SCHOOL}}}")


def read(module: Module) -> str:
    return module.path.read_text()


def test_no_mark_is_written_another_way():
    assert offences(MODULES, lambda module: MARK.findall(read(module))) == {}
    assert offences(TEMPLATES, lambda template: MARK.findall(template.source)) == {}


def test_a_lycee_has_its_article_after_a_small_word():
    mails = [Template(path) for app in APPS for path in sorted((ROOT / app).rglob("templates/**/*.txt"))]

    assert mails
    assert offences([*TEMPLATES, *mails], lambda template: IN_TEMPLATE.findall(template.source)) == {}
    assert offences(MODULES, lambda module: IN_CODE.findall(read(module))) == {}


def test_what_these_rules_look_for_is_found():
    assert MARK.findall("exact(row.score) number(file.score, 2) {{ line.score|number:2 }}") == [
        "exact(row.score)",
        "number(file.score, 2)",
        "score|number:2",
    ]
    assert IN_TEMPLATE.findall("l’équipe de {{ about.establishment }}, par {{ school.name }}, de {{ school.name|of_school }}") == [
        "de {{ about.establishment }}",
        "par {{ school.name }}",
    ]
    assert IN_CODE.findall('f"Voies de {self.establishment}", f"de {school.name}", f"de {of_school(x)}"') == [
        "de {self.establishment}",
        "de {school.name}",
    ]
