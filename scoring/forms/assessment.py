"""A juror's grid as a form: what was typed is kept, what is right is saved, what is wrong is shown beside its criterion."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django import forms
from django.http import QueryDict

from portal.text.french import number
from portal.text.typed import as_typed
from portal.ui.fields import PlainTextField
from scoring.actions.assessment import GivenMark, SeenMarks
from scoring.models import Assessment, Criterion, Score

NOT_APPLICABLE = "sans-objet"
HALF = Decimal("0.5")
WRITTEN = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")  # plain digits only: no sign, no exponent, no full-width figure


class ScoreField(forms.Field):
    """Points on one criterion: one of its named levels, or half points up to its maximum where it names none.

    "12,5" and "12.5" are the same mark. Cleans to a Decimal, NOT_APPLICABLE, or None when nothing is given.
    """

    def __init__(self, criterion: Criterion):
        super().__init__(required=False, label=criterion.label)
        self.criterion = criterion

    def clean(self, value: object) -> Decimal | str | None:
        text = as_typed(str(value or ""), multiline=False).text
        if text in ("", NOT_APPLICABLE):
            return text or None
        return self._points(text)

    def _points(self, text: str) -> Decimal:
        maximum = self.criterion.max_points
        shown = text if len(text) <= 20 else f"{text[:20]}…"
        if not WRITTEN.fullmatch(text):
            raise forms.ValidationError(
                f"« {shown} » n’est pas une note : donnez un nombre de 0 à {maximum}, par exemple {example(maximum)}."
            )
        points = Decimal(text.replace(",", "."))
        if points > maximum:
            raise forms.ValidationError(f"{shown} dépasse le maximum : la note va de 0 à {maximum}.")
        levels = [Decimal(str(level["points"])) for level in self.criterion.levels]
        if levels and points not in levels:
            raise forms.ValidationError(f"{shown} ne correspond à aucun niveau : choisissez {' ou '.join(map(plain, levels))}.")
        if not levels and points % HALF:
            raise forms.ValidationError(f"{shown} n’est pas possible : les notes vont par demi-points, par exemple {example(maximum)}.")
        return points


class AssessmentForm(forms.Form):
    """The whole grid of one reading: for each rated criterion `points-<id>` and `remarque-<id>`, then the general comment."""

    comment = PlainTextField(required=False, max_length=4000, multiline=True, label="Appréciation générale", widget=forms.Textarea)

    def __init__(self, data: QueryDict | None = None, *, assessment: Assessment, criteria: Iterable[Criterion], scores: dict[int, Score]):
        """`criteria` are the rated ones; `scores` maps their ids to the Score rows that exist."""
        self.criteria = list(criteria)
        self.scores = scores
        self.applicabilities = assessment.applicabilities
        self.stale: list[Criterion] = []  # those that another page has marked otherwise meanwhile
        super().__init__(data, initial={"comment": assessment.comment} | _initial(self.criteria, scores))
        for criterion in self.criteria:
            self.fields[points_name(criterion)] = ScoreField(criterion)
            self.fields[remark_name(criterion)] = PlainTextField(
                required=False, max_length=500, multiline=True, label=f"Remarque, {criterion.label}"
            )

    def clean(self) -> dict:
        cleaned = super().clean()
        for criterion in self.criteria:
            name = remark_name(criterion)
            if cleaned.get(points_name(criterion)) == NOT_APPLICABLE and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "Dites pourquoi ce critère ne s’applique pas : une phrase suffit.")
        return cleaned

    def is_right(self, criterion: Criterion) -> bool:
        return points_name(criterion) not in self.errors and remark_name(criterion) not in self.errors

    @property
    def marks(self) -> dict[Criterion, GivenMark]:
        """What may be saved: criteria without error that were sent, and that say something or said something before."""
        sent = [c for c in self.criteria if points_name(c) in self.data or remark_name(c) in self.data]
        found = {c: self._mark(c) for c in sent if self.is_right(c)}
        return {c: m for c, m in found.items() if c.pk in self.scores or m.points is not None or m.remark}

    @property
    def seen(self) -> SeenMarks:
        """The versions that the page sent with what was typed."""
        found = {c.pk: _version(self.data.get(version_name(c))) for c in self.criteria}
        return SeenMarks({key: version for key, version in found.items() if version is not None}, _version(self.data.get(COMMENT_VERSION)))

    def _mark(self, criterion: Criterion) -> GivenMark:
        points = self.cleaned_data.get(points_name(criterion))
        remark = self.cleaned_data.get(remark_name(criterion), "")
        if points == NOT_APPLICABLE:
            return GivenMark(None, is_applicable=False, remark=remark)
        return GivenMark(points, remark=remark)

    @property
    def errors_by_criterion(self) -> list[tuple[Criterion, str]]:
        """For the summary on top: each wrong criterion with its first sentence."""
        wrong = [c for c in self.criteria if not self.is_right(c)]
        return [(c, (self.errors.get(points_name(c)) or self.errors.get(remark_name(c)))[0]) for c in wrong]


class InterestForm(forms.Form):
    """The link of a juror with a lycée."""

    reason = PlainTextField(
        max_length=300,
        multiline=True,
        label="Votre lien avec ce lycée",
        help_text="Ancien poste, famille, conseil d’administration, réseau : une phrase suffit. Elle est gardée au journal.",
        widget=forms.Textarea,
        error_messages={"required": "Dites en une phrase quel est ce lien."},
    )


COMMENT_VERSION = "version-appreciation"


def version_name(criterion: Criterion) -> str:
    return f"version-{criterion.pk}"


def _version(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def points_name(criterion: Criterion) -> str:
    return f"points-{criterion.pk}"


def remark_name(criterion: Criterion) -> str:
    return f"remarque-{criterion.pk}"


def plain(points: Decimal | int) -> str:
    """A mark as people write it: 12,5; 3."""
    value = Decimal(points)
    return number(value, 0 if value == value.to_integral_value() else 1)


def example(maximum: int) -> str:
    return plain(Decimal(maximum) - HALF) if maximum > 1 else "0,5"


def _initial(criteria: Iterable[Criterion], scores: Mapping[int, Score]) -> dict:
    values = {}
    for criterion in criteria:
        score = scores.get(criterion.pk)
        if score:
            values[points_name(criterion)] = (
                NOT_APPLICABLE if not score.is_applicable else plain(score.points) if score.points is not None else ""
            )
            values[remark_name(criterion)] = score.remark
    return values
