"""A day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from calls.questions.base import FieldQuestion, Given, Json, is_blank
from calls.questions.comparison import DAY, Domain, ValueType
from calls.questions.reading import day_in
from portal.text.dates import day
from portal.ui.fields import BoundedDayField

_USUAL = date(2026, 9, 1)  # a plausible answer where the form sets no bound


@dataclass(frozen=True, kw_only=True)
class DateQuestion(FieldQuestion):
    """Stored: the day in ISO form. `earliest` and `latest`: the first and the last that may be answered, without a bound when None."""

    kind = "date"
    minutes = 1
    name = "Date"
    sheet_format = "date"

    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def options_from(cls, raw: Mapping[str, Any], place: str, errors: list[str]) -> dict[str, Any]:
        earliest = day_in(raw.get("earliest"), f"{place} : la première date possible", errors)
        latest = day_in(raw.get("latest"), f"{place} : la dernière date possible", errors)
        if earliest and latest and latest < earliest:
            errors.append(f"{place} : la dernière date possible précède la première.")
        return {"earliest": earliest, "latest": latest}

    def field(self) -> BoundedDayField:
        return BoundedDayField(earliest=self.earliest, latest=self.latest, label=self.label, required=False)

    def read(self, value: Json) -> date | None:
        return None if is_blank(value) else date.fromisoformat(str(value))

    def store(self, cleaned: Any) -> str | None:
        return None if cleaned is None else cleaned.isoformat()

    def text(self, given: Given) -> str:
        return "" if is_blank(given.value) else day(self.read(given.value))

    @property
    def asks(self) -> str:
        return f"Une date{self.bounds}."

    @property
    def bounds(self) -> str:
        """« , du 1er septembre 2026 au 31 août 2027 »; nothing of a bound that is not set."""
        if self.earliest and self.latest:
            return f", du {day(self.earliest)} au {day(self.latest)}"
        if self.earliest:
            return f", à partir du {day(self.earliest)}"
        return f", jusqu’au {day(self.latest)}" if self.latest else ""

    def sample(self, rng: Random) -> str:
        first = self.earliest or (self.latest - timedelta(days=60) if self.latest else _USUAL)
        last = self.latest or first + timedelta(days=60)
        return (first + timedelta(days=rng.randint(0, (last - first).days))).isoformat()

    @property
    def value_type(self) -> ValueType:
        return DAY

    @property
    def domain(self) -> Domain:
        return Domain(minimum=self.earliest, maximum=self.latest)
