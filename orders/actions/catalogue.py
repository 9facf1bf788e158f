"""Keeping the catalogue."""

from collections.abc import Iterable

from django.db import IntegrityError, models, transaction

from orders.actions.holder import follow, locked_followers
from orders.models import Lot
from portal.accounts.models import User
from portal.directory.models import Territory
from portal.journal import recorder
from portal.text.french import euros
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed


@transaction.atomic
def save_entry(
    *, entry: models.Model, changes: dict, departments: Iterable[Territory] | None = None, actor: User, check: Check = believed
) -> models.Model:
    """Create or change a supplier, an agreement, a lot or an article, and record it in the journal.

    Only the fields of `changes` ({name: (before, after)}) are written: what orders take on a lot meanwhile is never
    overwritten. What is not sent follows a new holder, or the new name of one; what is sent stays as it left. Raises TransitionRefused when a lot's
    maximum falls below what has just been ordered, when somebody has just written an entry that this one would double, and when `check` refuses
    what the page showed.
    """
    is_new = entry.pk is None
    followers = [] if is_new else locked_followers(entry, set(changes))
    if not is_new:
        type(entry)._base_manager.select_for_update(of=("self",)).only("pk").get(pk=entry.pk)
        check()
    try:
        with transaction.atomic():
            if is_new:
                entry.save()
            elif changes:
                entry.save(update_fields=[name for name in changes if name != "departments"])
    except IntegrityError as error:
        raise _refusal(entry, error) from error
    follow(followers, entry)
    if departments is not None:
        entry.departments.set(departments)
    if is_new or changes:
        recorder.record(entry, "create_entry" if is_new else "edit_entry", actor=actor, data=_told(changes))
    return entry


def _refusal(entry: models.Model, error: IntegrityError) -> TransitionRefused:
    """The sentence of what the database refused: the form has read the same rules, on rows that have changed since."""
    if isinstance(entry, Lot) and "lot_maximum_respected" in str(error):
        ordered = Lot.objects.get(pk=entry.pk).ordered_amount
        refusal = TransitionRefused([f"Déjà {euros(ordered)} HT commandés sur ce lot : le maximum ne peut être plus bas."])
        refusal.gaps = [("maximum_amount", reason) for reason in refusal.reasons]
        return refusal
    return TransitionRefused(["Une fiche de même numéro ou de même référence vient d’être enregistrée : relisez le catalogue."])


def _told(changes: dict) -> dict:
    return {name: {"before": before, "after": after} for name, (before, after) in changes.items()}
