"""A form that writes over what others may change while its page is open.

Its page keeps a mark of what it showed (`{% seen form %}`). Once the row is locked, the action asks the form (`check`): where somebody has written
something else meanwhile, nothing is written; the page comes back with what was typed, what stands now under each field, who and when. Sent again, it
is written.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Self

from django.core.exceptions import ValidationError
from django.forms import Field

from portal.text.dates import figures, moment
from portal.text.french import number
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN, Authored

NOTHING = "rien"


class StaleForm(TransitionRefused):
    """Somebody wrote after the page was opened; `gaps` give what stands now, field by field."""

    def __init__(self, sentence: str, standing: dict[str, str]):
        super().__init__([sentence])
        self.gaps = [(None, sentence), *((name, f"Désormais : {value}.") for name, value in standing.items())]


class WatchedForm:
    """What a form takes to be refused on a stale page. Without `watch`, as when something is created, it refuses nothing."""

    is_stale = False
    _fresh: "Callable[[], WatchedForm] | None" = None
    _act: Callable[[], Authored | None]

    def watch(self, fresh: Callable[[], Self], act: Callable[[], Authored | None] = lambda: None) -> Self:
        """`fresh` gives the same form, empty of what was typed, on rows read anew; `act` the line of the journal that changed them last."""
        self._fresh, self._act = fresh, act
        return self

    @property
    def mark(self) -> str:
        """What the page keeps: the mark of what it shows, or showed when it was sent; empty for a form that watches nothing."""
        if self._fresh is None:
            return ""
        return (self.data.get(SEEN) if self.is_bound else "") or marks_of(self if not self.is_bound else self._fresh())

    def check(self) -> None:
        """For an action that has just locked what this form changes. Raises StaleForm; a page that says nothing of what it showed is believed."""
        seen = self.data.get(SEEN)
        if self._fresh is None or not seen:
            return
        now = self._fresh()
        known, marks, names = seen.split("."), marks_of(now).split("."), _watched(now)
        changed = [name for name, before, after in zip(names, known, marks, strict=False) if before != after]
        if len(known) != len(marks):  # the page had other fields
            changed = names
        standing = {name: now.in_words(name) for name in changed if name in self.fields and not self.agrees(now, name)}
        if standing:
            self.is_stale, self.data = True, self.data.copy()
            self.data[SEEN] = ".".join(marks)
            raise StaleForm(_sentence(self._act()), standing)

    def value_shown(self, name: str) -> object:
        """What a field shows before anything is typed, comparable from one reading to the next."""
        value = self.fields[name].prepare_value(self[name].initial)
        return sorted(str(one) for one in value) if isinstance(value, list | tuple | set) else value

    def agrees(self, now: Self, name: str) -> bool:
        """Whether what was typed here says what stands already in `now`."""
        field = now.fields[name]
        try:
            return _read(field, self[name].data) == _read(field, field.prepare_value(now[name].initial))
        except (ValidationError, TypeError):
            return False

    def in_words(self, name: str) -> str:
        """The value that a field shows, as a person reads it."""
        field, value = self.fields[name], self[name].initial
        if hasattr(field, "as_read"):  # a field whose value is not one that forms know
            return field.as_read(value)
        if hasattr(field, "choices"):
            return _chosen(field, value)
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, date):
            return moment(value) if isinstance(value, datetime) else figures(value)
        if isinstance(value, Decimal):
            return number(value, max(0, -int(value.normalize().as_tuple().exponent)))
        return NOTHING if value in (None, "") else f"« {value} »"

    def tell(self, refusal: StaleForm) -> None:
        """Put what stands now on the fields of this form."""
        for name, sentence in refusal.gaps:
            self.add_error(name, sentence)


def marks_of(form: WatchedForm) -> str:
    """One fingerprint for each value that a form shows before anything is typed, in the order of its fields."""
    return ".".join(sha256(str(form.value_shown(name)).encode()).hexdigest()[:8] for name in _watched(form))


def _watched(form: WatchedForm) -> list[str]:
    return [name for name in form.fields if name != SEEN]


def _read(field: Field, given: object) -> object:
    read = field.to_python(given)
    return sorted(str(one) for one in read) if isinstance(read, list | tuple | set) else read


def _chosen(field: Field, value: object) -> str:
    """The labels of what is chosen among several."""
    prepared = field.prepare_value(value)
    keys = {str(one) for one in (prepared if isinstance(prepared, list | tuple | set) else [prepared])}
    return ", ".join(label for key, label in _labels(field.choices) if key and key in keys) or NOTHING


def _labels(choices: object) -> list[tuple[str, str]]:
    """(key, label) of each choice, groups unfolded."""
    found = []
    for key, label in choices:
        found += _labels(label) if isinstance(label, list | tuple) else [(str(key), str(label))]
    return found


def _sentence(act: Authored | None) -> str:
    who, theirs = (
        (f"{act.actor_label} a changé ceci le {moment(act.at)}", "la sienne") if act else ("Ceci a changé", "ce qui est enregistré")
    )
    return (
        f"{who}, après l’ouverture de votre page. Rien de votre envoi n’est enregistré : votre saisie est gardée, et ce qui est désormais "
        f"enregistré est écrit près de chaque champ qui en diffère. Relisez ; si vous enregistrez de nouveau, votre saisie remplacera {theirs}."
    )
