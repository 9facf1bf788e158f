"""Needs tables: lines taken from the call's price list, and the amount that they add up to."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from calls.actions.writing import WritingRefused, follow_content, lock_for_writing, tell
from calls.models import Application, RequestLine
from calls.questions.needs import NeedsQuestion
from portal.accounts.models import User
from portal.text.french import number

MOST_LINES = 60


@dataclass(frozen=True)
class LineValues:
    """What a person says of a need; label, price and VAT come from the price list."""

    quantity: int
    priority: int
    is_essential: bool
    detail: str = ""


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
    item = question.item(item_code)
    if item is None:
        raise WritingRefused(["Cet article ne figure pas dans la liste de l’appel."])
    lines = fresh.lines.filter(question_key=question.key)
    if lines.count() >= MOST_LINES:
        raise WritingRefused([f"Un tableau compte {MOST_LINES} lignes au plus."])
    line = RequestLine.objects.create(
        application=fresh,
        question_key=question.key,
        kind=item.kind,
        item_code=item.code,
        label=item.label,
        unit_price_amount=item.unit_price,
        vat_rate=item.vat_rate,
        updated_by=actor,
        form_token=form_token,
        position=(lines.aggregate(last=Max("position"))["last"] or 0) + 1,
        **vars(values),
    )
    follow_content(application, fresh)
    return line


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
