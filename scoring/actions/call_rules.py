"""The rules of balance of a call: written before any mark, public with it; by an erratum until the scoring begins, then in sittings alone."""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls.models import Call
from portal.accounts.models import User
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.workflow.actors import SystemActor
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed, refuse_unseen
from scoring import rules
from scoring.actions.balance import labels_of, refuse_removed, set_terms
from scoring.actions.grid import publish_erratum
from scoring.ips_bands import IpsScale
from scoring.models import CallIpsBands, CallRule, Grid
from scoring.models.balance import RuleBounds
from scoring.queries.call_rules import frame_of_call, rules_of_call
from scoring.queries.criteria import ips_scale_of, published_indices, quartile_scale
from scoring.wording.balance import rule_label
from scoring.wording.drafts import MOST_RULES, RuleDraft

PUBLIC = "Les règles d’équilibre sont publiques : elles ne changent plus que par un erratum, qui dit pourquoi."


def locked_call(call: Call, actor: User) -> Call:
    """The call, locked for its rules to change. Raises PermissionDenied, and TransitionRefused once its scoring has begun."""
    if not rules.manages_jury(call, actor):
        raise PermissionDenied("call_rules")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not locked.is_before_scoring:
        told = "La notation a commencé : les règles publiées ne changent plus. La séance peut s’en écarter, avec un motif."
        raise TransitionRefused([told], wrong_state=True)
    return locked


@transaction.atomic
def save_call_rule(
    *, call: Call, draft: RuleDraft, actor: User, rule: CallRule | None = None, erratum: str = "", check: Check = believed
) -> CallRule:
    """Add a rule to a call, or change `rule`.

    Raises PermissionDenied, DraftRefused with what makes it impossible, and TransitionRefused: the scoring has begun, the rule was removed
    meanwhile, a public one would change without an erratum, `check` refuses what the page showed.
    """
    locked = locked_call(call, actor)
    refuse_removed(rule, locked.balance_rules)
    check()
    frame, groups = frame_of_call(locked, ips_scale_of(locked))
    is_full = rule is None and locked.balance_rules.count() >= MOST_RULES
    labels = labels_of(draft, frame, groups, too_many=f"Un appel compte au plus {MOST_RULES} règles." if is_full else "")
    before = rule_label(rule) if rule else ""
    kept = rule or CallRule(call=locked)
    set_terms(kept, draft, labels)
    after = rule_label(kept)
    told = f"Règle d’équilibre changée : « {after} », au lieu de « {before} »." if before else f"Règle d’équilibre ajoutée : « {after} »."
    _announce(locked, erratum, [told], actor)
    kept.save()
    data = {"before": before, "rule": after, "groups": kept.groups, "row": kept.pk}
    recorder.record(locked, "save_call_rule", actor=actor, reason=after, data=data)
    return kept


@transaction.atomic
def remove_call_rule(*, rule: CallRule, actor: User, erratum: str = "", seen: str | None = None) -> None:
    """Remove a rule of a call; done twice, nothing happens. Raises as `save_call_rule`."""
    locked = locked_call(rule.call, actor)
    found = locked.balance_rules.filter(pk=rule.pk).first()
    if found is None:
        return
    label = rule_label(found)
    refuse_unseen(seen, found, now=label, act=last_act(locked, "save_call_rule"))
    _announce(locked, erratum, [f"Règle d’équilibre retirée : « {label} »."], actor)
    recorder.record(locked, "remove_call_rule", actor=actor, reason=label, data={"groups": found.groups, "row": found.pk})
    found.delete()


@transaction.atomic
def copy_call_rules(*, call: Call, source: Iterable[RuleBounds], actor: User | SystemActor) -> list[CallRule]:
    """Give a call without rules those of another one, or of its sitting; they may be changed until it is published."""
    if CallRule.objects.filter(call=call).exists():
        return []
    copied = [CallRule.objects.create(call=call, group_labels=rule.group_labels, **rule.terms) for rule in source]
    if copied:
        recorder.record(call, "copy_call_rules", actor=actor, data={"rules": [rule_label(rule) for rule in copied]})
    return copied


# -- Bands of the index of social position -----------------------------------------------------------------------------------


@transaction.atomic
def set_ips_bands(
    *, call: Call, bounds: tuple[Decimal, Decimal, Decimal] | None, actor: User, erratum: str = "", check: Check = believed
) -> IpsScale | None:
    """Give a call the three bounds of the index, or (None) leave the quartiles of its lycées. Rules on bands are named anew.

    Raises as `save_call_rule`.
    """
    locked = locked_call(call, actor)
    check()
    before = ips_scale_of(locked)
    quarters = quartile_scale(published_indices(locked))
    wanted = IpsScale(bounds, quarters.definition if quarters else "", is_given=True) if bounds else quarters
    if wanted == before:
        return before
    changed = [f"Tranches de l’indice de position sociale : {wanted.in_words if wanted else 'aucune, trop peu d’indices'}."]
    _announce(locked, erratum, changed, actor)
    CallIpsBands.objects.filter(call=locked).delete()
    if wanted and (wanted.is_given or _is_public(locked)):
        _keep(locked, wanted)
    for rule in rules_of_call(locked):
        rule.group_labels = [_named(key, label, wanted) for key, label in zip(rule.groups, rule.group_labels, strict=True)]
        rule.save(update_fields=["group_labels"])
    said = {"before": before.in_words if before else "", "after": wanted.in_words if wanted else "", "given": bool(bounds)}
    recorder.record(locked, "set_ips_bands", actor=actor, data=said)
    return wanted


def _named(key: str, label: str, scale: IpsScale | None) -> str:
    """The name of a group, with the bounds as they are now."""
    dimension, _, value = key.partition(":")
    return scale.label(int(value) - 1) if scale and dimension == "ips" and value.isdigit() else label


def freeze_ips_bands(call: Call, actor: User | SystemActor) -> None:
    """Keep the quartiles of a call that has given no bounds: later changes of the directory move nobody from one band to another."""
    if CallIpsBands.objects.filter(call=call).exists():
        return
    if scale := quartile_scale(published_indices(call)):
        _keep(call, scale)
        recorder.record(call, "freeze_ips_bands", actor=actor, data={"bands": scale.in_words})


def copy_ips_bands(*, call: Call, source: Call, actor: User | SystemActor) -> IpsScale | None:
    """Give a call the bounds that another one has given; None where it left the quartiles of its lycées, which are found anew."""
    kept = CallIpsBands.objects.filter(call=source, is_given=True).first()
    if kept is None:
        return None
    _keep(call, kept.scale)
    recorder.record(call, "set_ips_bands", actor=actor, data={"before": "", "after": kept.scale.in_words, "given": True})
    return kept.scale


def _keep(call: Call, scale: IpsScale) -> None:
    first, second, third = scale.bounds
    CallIpsBands.objects.create(call=call, first=first, second=second, third=third, definition=scale.definition, is_given=scale.is_given)


def _is_public(call: Call) -> bool:
    return Grid.objects.filter(call=call, frozen_at__isnull=False).exists()


def _announce(call: Call, erratum: str, changes: list[str], actor: User) -> None:
    """On the page of a call already public, and to its teams. Raises TransitionRefused without the text that says why."""
    grid = Grid.objects.filter(call=call, frozen_at__isnull=False).first()
    if grid is None:
        return
    if not erratum.strip():
        raise TransitionRefused([PUBLIC])
    publish_erratum(grid, erratum, changes, actor)
