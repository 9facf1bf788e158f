"""A condition composed with lists, without any syntax: the field of a form, its controls, and the presses that add and take out rows.

A form that has one extends `ComposingForm`: a press of « Ajouter une ligne » or a change of a list sends the form, which keeps all that was typed,
saves nothing and shows no error. With htmx only the condition is drawn again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from calls.conditions.catalogue import Catalogue
from calls.conditions.composing import ALL, ANY, DEEPEST, MOST_PARTS, Composed, PartKind, Path, composed, pressed, settled, stored
from calls.conditions.reading import read_condition
from calls.conditions.sentences import sentence, statement
from calls.forms.condition_lists import drawn_parts
from portal.text.french import count
from portal.ui.fields import REQUIRED

PRESS, LIVE = "do", "live"  # the button of a condition; what htmx adds when a list changes
TEMPLATE = "calls/conditions/composer.html"


@dataclass(frozen=True)
class PostedCondition:
    """What the controls sent, the press carried out. `focus`: the part that then has the focus."""

    part: Composed
    is_pressed: bool = False
    focus: Path | None = None


class ConditionInput(forms.Widget):
    """The controls of a condition.

    `lead` begins its sentence (« Posée »); `address` is where htmx sends the form, by default its page; `also` is the id of a part of the page
    that follows the condition as it is composed.
    """

    shape = "composed"

    def __init__(self, catalogue: Callable[[], Catalogue], *, lead: str = "", address: str = "", also: str = "") -> None:
        super().__init__()
        self.catalogue, self.lead, self.address, self.also = catalogue, lead, address, also

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> PostedCondition:
        sent = _Sent(data)
        part, press = sent.part(name, 0), sent.one(f"{name}-{PRESS}")
        if not press and not sent.one(f"{name}-{LIVE}"):
            return PostedCondition(part)
        found, focus = pressed(part, press, self.catalogue())
        return PostedCondition(found, True, focus)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: object, name: str) -> bool:
        return f"{name}-kind" not in data

    def id_for_label(self, id_: str) -> str:
        return id_

    def render(self, name: str, value: object, attrs: dict | None = None, renderer: BaseRenderer | None = None) -> SafeString:
        catalogue = self.catalogue()
        posted = value if isinstance(value, PostedCondition) else PostedCondition(composed(value, catalogue))
        kept = stored(posted.part, catalogue)
        is_checked = isinstance(value, PostedCondition) and not posted.is_pressed
        parts = drawn_parts(settled(posted.part, catalogue), catalogue, name, kept.errors if is_checked else {}, posted.focus)
        context = {
            "id": (attrs or {}).get("id", f"id_{name}"),
            "name": name,
            "whole": posted.part,
            "parts": parts,
            "sentence": self._sentence(kept.raw, catalogue),
            "left": count(len(kept.errors), "ligne à compléter, qui n’est pas", "lignes à compléter, qui ne sont pas")
            if kept.errors
            else "",
            "is_said": isinstance(value, PostedCondition),
            "errors": kept.errors.get((), []) if is_checked else [],
            "address": self.address,
            "also": self.also,
            "takes_focus": posted.focus == (),
            "modes": _modes(posted.part),
        }
        return render_to_string(TEMPLATE, context)

    def _sentence(self, raw: object, catalogue: Catalogue) -> str:
        condition = read_condition(raw, catalogue, "", []) if raw is not None else None
        if condition is None:
            return ""
        return f"{self.lead} {sentence(condition, catalogue)}." if self.lead else f"{statement(condition, catalogue)}."


def _modes(part: Composed) -> list[tuple[str, str, bool]]:
    labels = ((ALL, "Toutes ces lignes sont vraies"), (ANY, "L’une au moins de ces lignes est vraie"))
    return [(code, label, code == part.mode) for code, label in labels]


@dataclass(frozen=True)
class _Sent:
    """What a request sent, read part by part: a part is there when its kind is."""

    data: Mapping[str, Any]

    def one(self, name: str) -> str:
        return str(self.data.get(name) or "")

    def several(self, name: str) -> tuple[str, ...]:
        if isinstance(self.data, MultiValueDict):
            return tuple(self.data.getlist(name))
        found = self.data.get(name, ())
        return tuple(found) if isinstance(found, list | tuple) else (str(found),)

    def part(self, name: str, depth: int) -> Composed:
        kind = self.one(f"{name}-kind")
        mode = self.one(f"{name}-mode")
        return Composed(
            PartKind(kind) if kind in set(PartKind) else PartKind.GROUP,
            self.one(f"{name}-subject"),
            self.one(f"{name}-way"),
            self.several(f"{name}-value") + tuple(text.strip() for text in self.one(f"{name}-texts").split(";") if text.strip()),
            self.several(f"{name}-order"),
            self.one(f"{name}-for"),
            ANY if mode.endswith(ANY) else ALL,
            mode.startswith("not"),
            bool(self.one(f"{name}-single")),
            tuple(self._parts(name, depth)),
            self.one(f"{name}-kept"),
        )

    def _parts(self, name: str, depth: int) -> list[Composed]:
        names = (f"{name}-{rank}" for rank in range(MOST_PARTS if depth < DEEPEST else 0))
        return [self.part(each, depth + 1) for each in names if f"{each}-kind" in self.data]


class ConditionField(forms.Field):
    """A condition as the engine stores it: a dict, or None for none.

    `catalogue`: what may be spoken of, or a function that gives it when the form is drawn or read. Whether the condition decides anything is the
    form's to say (`calls.conditions.logic.vacuity`).
    """

    default_error_messages = {"required": REQUIRED}

    def __init__(
        self,
        catalogue: Catalogue | Callable[[], Catalogue],
        *,
        lead: str = "",
        address: str = "",
        also: str = "",
        required: bool = False,
        **options,
    ) -> None:
        self.catalogue = catalogue if callable(catalogue) else lambda: catalogue
        super().__init__(widget=ConditionInput(self.catalogue, lead=lead, address=address, also=also), required=required, **options)

    def speak_of(self, catalogue: Callable[[], Catalogue]) -> None:
        """Have this field of one form speak of what this object knows, in place of what its class says."""
        self.catalogue = self.widget.catalogue = catalogue

    def to_python(self, value: object) -> dict | None:
        if not isinstance(value, PostedCondition):
            return value if isinstance(value, dict) else None
        found = stored(value.part, self.catalogue())
        if wrong := sum(bool(path) for path in found.errors):
            raise ValidationError(f"{count(wrong, 'ligne est', 'lignes sont')} à corriger dans la condition.")
        if found.errors:
            raise ValidationError(found.errors[()])
        return found.raw

    def as_read(self, value: object) -> str:
        """The condition as a person reads it, where somebody else has written another one meanwhile."""
        if value is None:
            return "aucune condition"
        condition = read_condition(value, self.catalogue(), "", [])
        return f"« {statement(condition, self.catalogue())} »" if condition else "une condition qui ne se lit plus"


class ComposingForm:
    """Before `forms.Form`, a form with conditions: while they are composed it keeps what was typed, finds nothing wrong and is not valid."""

    @property
    def is_composing(self) -> bool:
        """Whether a button or a list of a condition sent the form, and not its own button."""
        names = [self.add_prefix(name) for name, field in self.fields.items() if isinstance(field, ConditionField)]
        return self.is_bound and any(self.data.get(f"{name}-{word}") for name in names for word in (PRESS, LIVE))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_composing:
            self._errors = ErrorDict()

    def is_valid(self) -> bool:
        return not self.is_composing and super().is_valid()
