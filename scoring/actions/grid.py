"""Building a grid. Public, it changes by an erratum alone; once scoring has begun, not at all: marks already given refer to it."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.notifications import outbox
from portal.text.dates import figures
from portal.text.french import count
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed, refuse_unseen
from scoring.enums import CriterionKind
from scoring.models import AmountPolicy, Criterion, Grid, GridErratum
from scoring.queries.applying import catalogue_for_criteria, in_words, nothing_may_apply
from scoring.shipped import ShippedGrid
from scoring.wording import errata
from scoring.wording.amounts import policy_sentence

CRITERION_FIELDS = (
    "group",
    "label",
    "help",
    "kind",
    "weight",
    "max_points",
    "levels",
    "function",
    "parameters",
    "question_keys",
    "applies_if",
)

TOLD = ("label", "kind", "weight", "max_points", "function", "parameters", "applies_if")  # of a criterion, in the journal


@transaction.atomic
def create_grid(*, call: Call, actor: User | SystemActor, source: Grid | None = None, shipped: ShippedGrid | None = None) -> Grid:
    """Give the call a grid: empty, copied from another call's, or shipped. Gives back the one that exists when there is one.

    Each criterion is linked to the questions of the call's questionnaire that name its key. A grid brings its rule of
    amounts, to a call that has none.
    """
    defaults = {"scale": source.scale, "spread_alert": source.spread_alert} if source else {}
    grid, created = Grid.objects.get_or_create(call=call, defaults=defaults)
    if not created:
        return grid
    rows = [_copy(criterion, grid) for criterion in source.criteria.all()] if source else []
    if shipped:
        rows = [Criterion(grid=grid, position=position, **values) for position, values in enumerate(shipped.criteria)]
    linked = _linked_questions(call)
    for criterion in rows:
        criterion.question_keys = linked.get(criterion.key) or criterion.question_keys
    Criterion.objects.bulk_create(rows)
    if amounts := shipped.amounts if shipped else _amounts_of(source):
        _adopt_amounts(call, amounts, actor)
    recorder.record(grid, "create_grid", actor=actor, data={"source": str(source.call) if source else shipped.label if shipped else ""})
    return grid


def _amounts_of(source: Grid | None) -> dict:
    """The rule of amounts of the call that a grid is copied from; nothing where each file gets what it asks for."""
    policy = AmountPolicy.objects.filter(call=source.call_id).first() if source else None
    if policy is None:
        return {}
    return {field.name: getattr(policy, field.name) for field in policy._meta.concrete_fields if field.name not in ("id", "call")}


def _adopt_amounts(call: Call, amounts: Mapping, actor: User | SystemActor) -> None:
    """The rule of amounts that comes with a grid, for a call that has none."""
    policy, created = AmountPolicy.objects.get_or_create(call=call, defaults=amounts)
    if created:
        recorder.record(call, "set_amounts", actor=actor, data={"after": policy_sentence(policy, policy.call.grid.scale)})


def _linked_questions(call: Call) -> dict[str, list[str]]:
    """Keys of questions by key of the criterion that they name."""
    questionnaire, found = call.questionnaire, {}
    for section in questionnaire.definition["sections"] if questionnaire else ():
        for question in section["questions"]:
            if question.get("criterion"):
                found.setdefault(question["criterion"], []).append(question["key"])
    return found


def _copy(criterion: Criterion, grid: Grid) -> Criterion:
    values = {name: getattr(criterion, name) for name in CRITERION_FIELDS}
    return Criterion(grid=grid, key=criterion.key, position=criterion.position, **values)


@transaction.atomic
def edit_grid(*, grid: Grid, actor: User, scale: int, spread_alert: int, erratum: str = "", check: Check = believed) -> Grid:
    """Change the scale of the scores and the spread from which a file is to be discussed, both in points.

    Raises TransitionRefused, also when `check` refuses what the page showed.
    """
    grid = editable(grid, erratum)
    check()
    publish_erratum(grid, erratum, errata.scale_change(grid.scale, scale), actor)
    grid.scale, grid.spread_alert = scale, spread_alert
    grid.save(update_fields=["scale", "spread_alert"])
    recorder.record(grid, "edit_grid", actor=actor, data={"scale": scale, "spread_alert": spread_alert})
    return grid


@transaction.atomic
def add_criterion(*, grid: Grid, actor: User, erratum: str = "", **values) -> Criterion:
    """Add a criterion at the end of the grid; its key comes from its label and never changes afterwards."""
    grid = editable(grid, erratum)
    condition = _condition_told(grid, values.get("applies_if"), values["label"])
    publish_erratum(grid, erratum, errata.added(values["label"], values.get("weight", 1), condition), actor)
    last = grid.criteria.aggregate(last=Max("position"))["last"]
    criterion = grid.criteria.create(key=_free_key(grid, values["label"]), position=0 if last is None else last + 1, **values)
    recorder.record(criterion, "add_criterion", actor=actor, data=_told(values))
    return criterion


@transaction.atomic
def edit_criterion(*, criterion: Criterion, actor: User, erratum: str = "", check: Check = believed, **values) -> Criterion:
    """Change a criterion; by an erratum, which says what changes, once the grid is public.

    Raises TransitionRefused when it was removed, when `check` refuses what the page showed, and when a public grid would have nothing left
    that the jury marks, or nothing for some file.
    """
    grid = editable(criterion.grid, erratum)
    before = grid.criteria.filter(pk=criterion.pk).first()  # the object at hand may be the one that a form has filled
    if before is None:
        raise TransitionRefused(["Ce critère vient d’être retiré de la grille."], wrong_state=True)
    check()
    _keep_marking(grid, criterion, kind=values.get("kind", before.kind), weight=values.get("weight", before.weight))
    changes = errata.criterion_changes(before.label, {name: getattr(before, name) for name in values}, values)
    if "applies_if" in values and values["applies_if"] != before.applies_if:
        told = [_condition_told(grid, raw, before.label) for raw in (before.applies_if, values["applies_if"])]
        changes += errata.condition_changes(before.label, *told)
    publish_erratum(grid, erratum, changes, actor)
    for name, value in values.items():
        setattr(criterion, name, value)
    criterion.save()
    if grid.is_frozen and (gap := nothing_may_apply(grid)):
        raise TransitionRefused([gap])
    recorder.record(criterion, "edit_criterion", actor=actor, data=_told(values))
    return criterion


@transaction.atomic
def move_criterion(*, criterion: Criterion, up: bool, actor: User) -> None:
    """Swap a criterion with the one before or after it; at either end, nothing happens."""
    grid = editable(criterion.grid)
    order = list(grid.criteria.all())
    here = order.index(criterion)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, item in enumerate(order):
        item.position = position
    Criterion.objects.bulk_update(order, ["position"])
    recorder.record(criterion, "move_criterion", actor=actor, data={"position": there})


@transaction.atomic
def remove_criterion(*, criterion: Criterion, actor: User, erratum: str = "", seen: str | None = None) -> None:
    """Take a criterion out of a grid; by an erratum once it is public, and never the last one that the jury marks. Done twice, nothing happens.

    `seen` is what the page showed: what a colleague has changed since is refused. The journal keeps what it held.
    """
    grid = editable(criterion.grid, erratum)
    criterion = grid.criteria.filter(pk=criterion.pk).first()
    if criterion is None:
        return
    held = f"« {criterion.label} », poids {criterion.weight}, {count(criterion.max_points, 'point')} au plus"
    refuse_unseen(seen, criterion, now=held, act=last_act(criterion, "edit_criterion", "add_criterion"))
    _keep_marking(grid, criterion, weight=0)
    publish_erratum(grid, erratum, errata.removed(criterion.label, criterion.weight), actor)
    recorder.record(
        grid, "remove_criterion", actor=actor, reason=held, data={"key": criterion.key, "label": criterion.label, "row": criterion.pk}
    )
    criterion.delete()
    if grid.is_frozen and (gap := nothing_may_apply(grid)):
        raise TransitionRefused([gap])


@transaction.atomic
def freeze_grid(*, call: Call, actor: User) -> Grid:
    """Freeze the grid: it becomes public. Raises TransitionRefused when there is nothing to score with."""
    grid = Grid.objects.select_for_update().filter(call=call).first()
    rated = [c for c in grid.criteria.all() if c.is_rated and c.weight] if grid else []
    if not rated:
        raise TransitionRefused(["La grille n’a pas encore de critère noté par le jury : la notation ne peut pas commencer."])
    if not grid.frozen_at:
        grid.frozen_at = timezone.now()
        grid.save(update_fields=["frozen_at"])
        recorder.record(grid, "freeze_grid", actor=actor)
    return grid


def editable(grid: Grid, erratum: str = "") -> Grid:
    """The grid, locked for a change. Raises TransitionRefused when it is public, but for an erratum before scoring begins."""
    grid = Grid.objects.select_for_update(of=("self",)).get(pk=grid.pk)  # its call is read once the lock is there
    if not grid.is_frozen or (grid.takes_errata and erratum):
        return grid
    if grid.takes_errata:
        raise TransitionRefused(
            [f"La grille est publique depuis le {figures(grid.frozen_at)} : elle ne change plus que par un erratum, qui dit pourquoi."]
        )
    raise TransitionRefused(
        [f"La grille est figée depuis le {figures(grid.frozen_at)} : la notation a commencé, elle ne change plus."], wrong_state=True
    )


def _keep_marking(grid: Grid, changed: Criterion, *, weight: int, kind: str = "") -> None:
    """Make sure that a public grid keeps something to mark, this criterion being changed so. Raises TransitionRefused."""
    if not grid.is_frozen or (kind == CriterionKind.RATED and weight):
        return
    if not any(each.is_rated and each.weight for each in grid.criteria.all() if each.pk != changed.pk):
        sentence = "c’est le dernier que le jury note, et une grille publique en garde un. Ajoutez d’abord celui qui le remplace."
        raise TransitionRefused([f"« {Criterion.objects.get(pk=changed.pk).label} » : {sentence}"])


def publish_erratum(grid: Grid, text: str, changes: list[str], actor: User) -> GridErratum | None:
    """Announce what changes in a public grid: on the page of the call, and to the teams whose file is begun. None when nothing public does."""
    if not grid.is_frozen or not changes:
        return None
    erratum = GridErratum.objects.create(grid=grid, text=text, changes=changes, published_by=actor)
    recorder.record(grid.call, "publish_erratum", actor=actor, reason=text, data={"changes": changes})
    outbox.post("grid_erratum", about=erratum, actor=actor)
    return erratum


def _condition_told(grid: Grid, raw: dict | None, label: str) -> str:
    """A condition in words: « s’applique si le lycée a un internat »; "" for none."""
    if raw is None:
        return ""
    told = in_words(Criterion(grid=grid, label=label, applies_if=raw), catalogue_for_criteria(grid.call))
    return f"{told[:1].lower()}{told[1:]}".rstrip(".")


def _free_key(grid: Grid, label: str) -> str:
    base = slugify(label)[:36] or "critere"
    taken = set(grid.criteria.values_list("key", flat=True))
    return next(key for n in range(1, len(taken) + 2) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _told(values: dict) -> dict:
    return {name: value for name, value in values.items() if name in TOLD}
