"""Needs tables: lines taken from the call's price list, and the amount that they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max

from calls.actions.writing import WritingRefused, follow_content, lock_for_writing, tell
from calls.models import Application, RequestLine
from calls.questions.needs import NeedsQuestion
from portal.accounts.models import User
from portal.text.french import count, number

MOST_LINES = 60


@dataclass(frozen=True)
class LineValues:
    """What a person says of a need; label, price and VAT come from the price list."""

    quantity: int
    priority: int
    is_essential: bool
    detail: str = ""


@dataclass(frozen=True)
class NewLine:
    """A need to add: the code of its article in the price list of the call, and what is said of it."""

    item_code: str
    values: LineValues


@dataclass(frozen=True)
class Added:
    """The needs that one press has added. `again`: the same printed form had added them already, nothing was added now."""

    lines: Sequence[RequestLine] = field(default_factory=list)
    again: bool = False


class LineGone(Exception):
    """The line, or the one beside which it was to go, is no longer in the table: a colleague has removed it. Nothing was changed."""


def told(values: "RequestLine | LineValues") -> str:
    """A row's values in one sentence: 34, priorité 2, indispensable, salle B 112."""
    parts = [number(values.quantity), f"priorité {values.priority}", "indispensable" if values.is_essential else "", values.detail]
    return ", ".join(part for part in parts if part)


class StaleLine(Exception):
    """Somebody changed or removed this line since the writer read it; `current` is the line in place, None if removed.

    `values` is what the writer had typed; None when the line was to be removed.
    """

    def __init__(self, current: RequestLine | None, values: LineValues | None):
        self.current = current
        self.values = values
        super().__init__()


@transaction.atomic
def add_line(
    *, application: Application, question: NeedsQuestion, item_code: str, values: LineValues, actor: User, form_token: UUID | None = None
) -> RequestLine:
    """Add a need. Raises WritingRefused (article not offered, too many lines) and PermissionDenied.

    `form_token` is that of the form as it was printed: sent a second time, it gives back the line that it has added.
    """
    fresh = lock_for_writing(application, question.key, actor)
    if form_token and (added := fresh.lines.filter(form_token=form_token).first()):
        return added
    line = _ready(fresh, question, NewLine(item_code, values), actor)
    line.form_token, line.position = form_token, _last_position(fresh, question, adding=1) + 1
    line.save()
    follow_content(application, fresh)
    return line


@transaction.atomic
def add_lines(
    *, application: Application, question: NeedsQuestion, new: Sequence[NewLine], actor: User, form_token: UUID, how: str
) -> Added:
    """Add several needs at once, all of them or none: pasted, of a kit, or of an earlier file. `how` tells the history which.

    `form_token` is that of the printed form: sent a second time, it adds nothing. Raises WritingRefused and PermissionDenied.
    """
    fresh = lock_for_writing(application, question.key, actor)
    tokens = [uuid5(form_token, str(rank)) for rank in range(len(new))]
    if done := list(fresh.lines.filter(form_token__in=tokens)):
        return Added(done, again=True)
    position = _last_position(fresh, question, adding=len(new))
    lines = [_ready(fresh, question, each, actor) for each in new]
    for rank, line in enumerate(lines):
        line.form_token, line.position = tokens[rank], position + rank + 1
    RequestLine.objects.bulk_create(lines)
    tell(fresh, "add_needs", actor=actor, data={"question": question.key, "lines": len(lines), "how": how})
    follow_content(application, fresh)
    return Added(lines)


@transaction.atomic
def copy_line(*, application: Application, line: RequestLine, question: NeedsQuestion, actor: User, form_token: UUID) -> RequestLine:
    """The same need again, just after, at the price of the list. Raises LineGone, WritingRefused and PermissionDenied."""
    fresh = lock_for_writing(application, line.question_key, actor)
    if copied := fresh.lines.filter(form_token=form_token).first():
        return copied
    table = list(fresh.lines.filter(question_key=line.question_key))
    source = next((other for other in table if other.pk == line.pk), None)
    if source is None:
        raise LineGone
    _last_position(fresh, question, adding=1)
    values = LineValues(source.quantity, source.priority, source.is_essential, source.detail)
    copied = _ready(fresh, question, NewLine(source.item_code, values), actor)
    copied.form_token = form_token
    copied.save()
    table.insert(table.index(source) + 1, copied)
    _keep_order(table)
    follow_content(application, fresh)
    return copied


@transaction.atomic
def move_line(*, application: Application, line: RequestLine, past: int, up: bool, actor: User) -> None:
    """Put a need just before (`up`) or just after the line `past` (id), its neighbour as the person read the table.

    Sent twice, it is done once. Two people who move at the same time each move over the order that the other has just written. Raises
    LineGone, WritingRefused and PermissionDenied.
    """
    fresh = lock_for_writing(application, line.question_key, actor)
    table = list(fresh.lines.filter(question_key=line.question_key, kind=line.kind))
    keys = [other.pk for other in table]
    if line.pk not in keys or past not in keys:
        raise LineGone
    if (keys.index(line.pk) < keys.index(past)) != up:
        table.insert(keys.index(past), table.pop(keys.index(line.pk)))
        _keep_order(table)
        follow_content(application, fresh)


def _ready(fresh: Application, question: NeedsQuestion, new: NewLine, actor: User) -> RequestLine:
    """A line not saved yet, its label, price and VAT taken from the list. Raises WritingRefused when the article is not in it."""
    item = question.item(new.item_code)
    if item is None:
        raise WritingRefused(["Cet article ne figure pas dans la liste de l’appel."])
    return RequestLine(
        application=fresh,
        question_key=question.key,
        kind=item.kind,
        item_code=item.code,
        label=item.label,
        unit_price_amount=item.unit_price,
        vat_rate=item.vat_rate,
        updated_by=actor,
        **vars(new.values),
    )


def _last_position(fresh: Application, question: NeedsQuestion, *, adding: int) -> int:
    """The last position taken in the table. Raises WritingRefused when the lines to add would be too many."""
    lines = fresh.lines.filter(question_key=question.key)
    held = lines.count()
    if held + adding > MOST_LINES:
        here = f" : il en a {held}, {count(adding, 'autre ne tient', 'autres ne tiennent')} pas" if adding > 1 else ""
        raise WritingRefused([f"Un tableau compte {MOST_LINES} lignes au plus{here}."])
    return lines.aggregate(last=Max("position"))["last"] or 0


def _keep_order(table: Sequence[RequestLine]) -> None:
    """Write the positions of lines as they are listed. Nobody's line changes of version: where it stands is not what it says."""
    moved = []
    for rank, line in enumerate(table, start=1):
        if line.position != rank:
            line.position = rank
            moved.append(line)
    RequestLine.objects.bulk_update(moved, ["position"])


@transaction.atomic
def change_line(*, application: Application, line: RequestLine, values: LineValues, seen_version: int, actor: User) -> RequestLine:
    """Change a need over the version that the writer had read. Raises StaleLine, WritingRefused and PermissionDenied."""
    fresh = lock_for_writing(application, line.question_key, actor)
    current = fresh.lines.filter(pk=line.pk).select_related("updated_by").first()
    if current is None:
        raise StaleLine(None, values)
    if all(getattr(current, name) == value for name, value in vars(values).items()):
        return current
    if current.version != seen_version:
        raise StaleLine(current, values)
    for name, value in vars(values).items():
        setattr(current, name, value)
    current.version += 1
    current.updated_by = actor
    current.save()
    follow_content(application, fresh)
    return current


@transaction.atomic
def remove_line(*, application: Application, line: RequestLine, seen_version: int, actor: User) -> None:
    """Remove a need as the remover had read it; removing it twice is done. The history keeps what it held.

    Raises StaleLine (a colleague has changed it since), WritingRefused and PermissionDenied.
    """
    fresh = lock_for_writing(application, line.question_key, actor)
    current = fresh.lines.filter(pk=line.pk).select_related("updated_by").first()
    if current is None:
        return
    if current.version != seen_version:
        raise StaleLine(current, None)
    tell(
        fresh, "remove_need", actor=actor, reason=f"{current.label} : {told(current)}", data={"item": current.item_code, "line": current.pk}
    )
    current.delete()
    follow_content(application, fresh)
