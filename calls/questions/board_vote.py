"""A vote of the board of the lycée (conseil d’administration): its date, its votes, and the resolution joined."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from calls.questions.base import FieldQuestion, Gap, Given, Json, is_blank
from calls.questions.comparison import Domain, Operator, ValueType
from calls.questions.date import DateQuestion
from calls.questions.joined import JoinsFiles, frozen_files, thawed_files
from calls.questions.number import NumberQuestion
from calls.questions.record import (
    Cell,
    Record,
    RecordField,
    Typed,
    cells,
    clean_record,
    kept_text,
    lacking,
    posted_record,
    read_record,
    said_typed,
    store_record,
    typed_record,
)
from portal.text.dates import day
from portal.text.french import count, enumeration, number

if TYPE_CHECKING:
    from django.http import QueryDict

HELD_ON, FOR, AGAINST, ABSTENTIONS = "held_on", "for", "against", "abstentions"
MOST_VOTES = Decimal(60)  # a board has 24 or 30 members (code de l’éducation, R. 421-14 and R. 421-16); private ones have their own
VOTE = ValueType("vote", bool, (Operator.IS_ANSWERED, Operator.EQUALS))  # whether it is carried
COLUMNS = (
    DateQuestion(key=HELD_ON, label="Date de la séance", required=True),
    NumberQuestion(key=FOR, label="Voix pour", required=True, maximum=MOST_VOTES),
    NumberQuestion(key=AGAINST, label="Voix contre", required=True, maximum=MOST_VOTES),
    NumberQuestion(key=ABSTENTIONS, label="Abstentions", required=True, maximum=MOST_VOTES),
)


@dataclass(frozen=True, kw_only=True)
class BoardVoteQuestion(JoinsFiles, FieldQuestion):
    """Stored: the day and the three counts, those answered; the resolution is an attachment of the same question."""

    kind = "board_vote"
    minutes = 5
    not_again = "Un vote ne vaut que pour le dossier pour lequel il a eu lieu."
    name = "Vote du conseil d’administration"
    sheet_format = ""

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        return cls.files_from(raw, place, errors)

    def field(self) -> RecordField:
        return RecordField(_clean)

    def read(self, value: Json) -> Record | None:
        return None if is_blank(value) else read_record(COLUMNS, value)

    def store(self, cleaned: Any) -> Json:
        return store_record(COLUMNS, cleaned) if cleaned else None

    def typed(self, value: Json) -> Typed:
        return typed_record(COLUMNS, value or {})

    def posted(self, data: "QueryDict") -> Typed:
        return posted_record(COLUMNS, self.key, data)

    def input_names(self, typed: Any) -> list[str]:
        return [f"q-{self.key}-{column.key}" for column in COLUMNS]

    def kept(self, typed: Any) -> str:
        return kept_text(typed)

    def typed_again(self, kept: str) -> Typed:
        return json.loads(kept)

    def said(self, kept: str) -> str:
        return said_typed(COLUMNS, json.loads(kept))

    def cells(self, typed: Typed) -> list[Cell]:
        """The fields, as a page draws them."""
        return cells(COLUMNS, self.key, typed)

    def compared(self, given: Given) -> bool | None:
        """Whether the vote is carried: more votes for than against (abstentions are not votes cast: R. 421-24)."""
        found = self.read(given.value) or {}
        return None if lacking(COLUMNS, found) else found[FOR] > found[AGAINST]

    def held_on(self, given: Given) -> date | None:
        """The day of the vote."""
        return (self.read(given.value) or {}).get(HELD_ON)

    def text(self, given: Given) -> str:
        found = self.read(given.value)
        if not found:
            return ""
        votes = {FOR: "pour", AGAINST: "contre"}
        parts = [f"{number(found[key])} {word}" for key, word in votes.items() if key in found]
        parts += [count(found[ABSTENTIONS], "abstention")] if ABSTENTIONS in found else []
        on = f"Séance du {day(found[HELD_ON])}" if HELD_ON in found else "Séance sans date"
        return f"{on} : {enumeration(parts)}" if parts else on

    def cell(self, given: Given) -> str | None:
        return self.text(given) or None

    def gap(self, given: Given, ceiling: Decimal | None) -> Gap | None:
        if not self.required:
            return None
        if is_blank(given.value):
            return Gap(f"« {self.label} » : le vote n’est pas rempli.")
        if missing := lacking(COLUMNS, given.value):
            return Gap(f"« {self.label} » : il manque {enumeration([label.lower() for label in missing])}.")
        if not given.files:
            return Gap(f"« {self.label} » : la délibération n’est pas jointe.", f"Délibération à joindre, {self.formats}")
        return None

    def frozen(self, given: Given) -> dict[str, Any]:
        return super().frozen(given) | {"files": frozen_files(given)}

    @classmethod
    def thawed(cls, entry: Mapping[str, Any]) -> Given:
        return replace(super().thawed(entry), files=thawed_files(entry["files"]))

    @property
    def asks(self) -> str:
        return f"La date de la séance, les voix pour, les voix contre, les abstentions ; la délibération est à joindre : {self.formats}.{self.following_told}"

    def sample(self, rng: Random) -> Record:
        return {
            HELD_ON: (date(2026, 10, 1) + timedelta(days=rng.randint(0, 40))).isoformat(),
            FOR: rng.randint(12, 20),
            AGAINST: rng.randint(0, 4),
            ABSTENTIONS: rng.randint(0, 4),
        }

    @property
    def value_type(self) -> ValueType:
        return VOTE

    @property
    def domain(self) -> Domain:
        return Domain(((True, "Adopté"), (False, "Rejeté")))

    @property
    def named(self) -> str:
        return f"le vote « {self.label} »"


def _clean(typed: Typed) -> Record | None:
    values, errors = clean_record(COLUMNS, typed)
    if errors:
        raise ValidationError(errors)
    if not lacking(COLUMNS, values) and not values[FOR] + values[AGAINST] + values[ABSTENTIONS]:
        raise ValidationError("Un vote compte au moins une voix ou une abstention.")
    return values or None
