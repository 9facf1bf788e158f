"""A questionnaire on its way between the editor's blocks and its JSON definition (calls.questionnaire)."""

import json
import unicodedata
from collections.abc import Iterable

from wagtail.blocks import StreamValue, StructValue

from calls.questionnaire import NOTICE
from cms.admin.question_values import Keys
from cms.admin.questionnaire_blocks import SectionsBlock


def definition_of(sections: Iterable, limits: list | None = None) -> dict:
    """The JSON definition of a stream of sections; missing codes are made from the titles and labels, once each.

    `limits`: those of the form, as JSON values.
    """
    section_keys, question_keys = Keys(), Keys()
    for section in sections:  # codes typed by hand come first: a code made from a label never takes their place
        section_keys.keep(section.value["key"])
        for question in section.value["questions"]:
            question_keys.keep(question.value["key"])
    definition = {
        "sections": [
            {
                "key": section_keys.of(section.value["key"], section.value["title"]),
                "title": section.value["title"].strip(),
                "help": section.value["help"].strip(),
                "questions": [_question(question, question_keys) for question in section.value["questions"]],
            }
            | _conditions(section.value, "shown_if")
            for section in sections
        ]
    } | ({"limits": limits} if limits else {})
    return json.loads(unicodedata.normalize("NFC", json.dumps(definition, ensure_ascii=False)))  # as every text that people type


def _question(block: StreamValue.StreamChild, keys: Keys) -> dict:
    value = block.value
    if block.block_type == NOTICE:
        label = value["label"].strip()
        return {"key": keys.of(value["key"], label), "kind": NOTICE, "label": label, "text": value["text"].strip()}
    question = {
        "key": keys.of(value["key"], value["label"]),
        "kind": block.block_type,
        "label": value["label"].strip(),
        "help": value["help"].strip(),
        "required": bool(value.get("required")),
    }
    if value["criterion"]:
        question["criterion"] = value["criterion"]
    return question | _conditions(value, "shown_if", "required_if") | block.block.options(value)


def _conditions(value: StructValue, *names: str) -> dict:
    return {name: json.loads(value[name]) for name in names if value.get(name)}


def stream_of(definition: dict) -> StreamValue:
    """The definition as a value of SectionsBlock, to be edited."""
    sections = [{"type": "section", "value": _section_value(section)} for section in definition.get("sections", [])]
    return SectionsBlock().to_python(sections)


def _section_value(section: dict) -> dict:
    questions = [{"type": _kind_of(question), "value": _question_value(question)} for question in section.get("questions", [])]
    kept = {name: section.get(name, "") for name in ("title", "help", "key")}
    return kept | {"shown_if": _as_text(section.get("shown_if")), "questions": questions}


def _kind_of(question: dict) -> str:
    """Several choices were once a choice with `multiple`: a new version of the form writes them as the kind that they are."""
    return "choices" if question["kind"] == "choice" and question.get("multiple") else question["kind"]


def _question_value(question: dict) -> dict:
    """Options that the definition leaves out take the default of their block."""
    blank = {"help": "", "criterion": "", "key": ""}
    given = {name: option for name, option in question.items() if name != "kind" and option is not None}
    written = ("shown_if", "required_if", "to_fill") if question["kind"] == "file" else ("shown_if", "required_if")
    return blank | given | {name: _as_text(question.get(name)) for name in written}


def _as_text(condition: dict | None) -> str:
    """A condition as its block shows it."""
    return json.dumps(condition, ensure_ascii=False) if condition else ""
