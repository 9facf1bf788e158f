"""Writing the form of a call: one change at a time, on its version being written, each journalled and put back by one press."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.building.places import Edited, EditRefused, PartGone, Raw, copied, parts_of
from calls.models import Call, FormRevision, Questionnaire
from calls.queries.form_building import Reliance, relying_on, told_about
from calls.queries.knowledge import with_known
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.canonical import fingerprint
from portal.text.french import enumeration
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

Change = Callable[[dict], Edited]  # from calls.building, its arguments given but for the definition
KEPT_REVISIONS = 50
FROZEN = "Cette version du formulaire est en vigueur : elle ne change plus. Préparez une nouvelle version."
CHANGE_FIRST = "Changez d’abord ce qui en dépend : le formulaire reste comme il était."
STAYS = "Ce qui en dépend ne change plus depuis la publication de l’appel : le formulaire reste comme il était."
GONE = "Ce que vous vouliez changer n’est plus dans le formulaire : quelqu’un l’a retiré."


@transaction.atomic
def edit_form(*, call: Call, change: Change, actor: User, check: Check = believed) -> Edited:
    """Make one change to the version of the form being written; the first one begins the form of a call that has none.

    Raises PermissionDenied, and TransitionRefused: the version is in force, what was to change has gone, the form would not be readable any
    more, or `check` refuses what the page showed.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("edit_form")
    questionnaire = _being_written(call)
    check()
    try:
        edited = change(questionnaire.definition)
    except EditRefused as refusal:
        raise TransitionRefused(refusal.sentences) from refusal
    except PartGone as gone:
        raise TransitionRefused([GONE], wrong_state=True) from gone
    refuse_to_break(call, questionnaire.definition, edited.definition)
    _keep(questionnaire, edited.definition, edited.said, actor)
    recorder.record(told_about(call), "edit_questionnaire", actor=actor, data={"version": questionnaire.version, "label": edited.said})
    return edited


@transaction.atomic
def undo_edit(*, call: Call, actor: User, revision: int | None = None) -> str:
    """Put the form back as it was before its last change; returns what was undone, as it was said then.

    `revision`: the change that the page showed as the last one. Raises PermissionDenied, and TransitionRefused when there is nothing to put
    back, when it is not that one any more, when the form was written otherwise since, or when something counts on what would go.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("undo_edit")
    questionnaire = _being_written(call)
    last = questionnaire.revisions.first()
    if last is None:
        raise TransitionRefused(["Il n’y a plus de modification à annuler."], wrong_state=True)
    if revision is not None and last.pk != revision:
        raise TransitionRefused([f"Le formulaire a encore changé depuis l’ouverture de votre page : {last.said}"], wrong_state=True)
    if last.after != fingerprint(questionnaire.definition):
        raise TransitionRefused(["Le formulaire a été écrit autrement depuis cette modification : elle ne s’annule plus d’ici."])
    refuse_to_break(call, questionnaire.definition, last.before)
    questionnaire.definition = last.before
    questionnaire.save(update_fields=["definition"])
    last.delete()
    recorder.record(told_about(call), "undo_form_edit", actor=actor, data={"version": questionnaire.version, "label": last.said})
    return last.said


def _being_written(call: Call) -> Questionnaire:
    """The latest version of the form, locked; raises TransitionRefused when it is in force."""
    Call.everything.select_for_update(of=("self",)).only("pk").get(pk=call.pk)  # a form is begun once
    latest = call.questionnaires.select_for_update(of=("self",)).order_by("-version").first()
    if latest is not None and latest.frozen_at:
        raise TransitionRefused([FROZEN], wrong_state=True)
    return latest or Questionnaire(call=call, definition=with_known(call, {"sections": []}))


def refuse_to_break(call: Call, before: Raw, after: Raw) -> None:
    """Raise TransitionRefused, with names, where something beside the form could be read on `before` and cannot on `after`.

    What was wrong already refuses nothing: a form is mended piece by piece.
    """
    known = {each.name: each.faults for each in relying_on(call, before)}
    broken = [each for each in relying_on(call, after) if set(each.faults) - set(known.get(each.name, ()))]
    if broken:
        raise TransitionRefused([*_what_it_serves(broken, before, after), CHANGE_FIRST if call.is_draft else STAYS])


def _what_it_serves(broken: list[Reliance], before: Raw, after: Raw) -> list[str]:
    """« La question « X » sert à : … » for each question that goes; for one that only changes, why it may not."""
    left = {part["key"] for part in parts_of(copied(after))}
    gone = {part["key"]: part["label"] for part in parts_of(copied(before)) if part["key"] not in left}
    told = []
    for key, label in gone.items():
        if names := [each.name for each in broken if key in each.keys]:
            told.append(f"La question « {label} » sert à : {enumeration(names)}.")
    return told or [fault for each in broken for fault in each.faults]


def _keep(questionnaire: Questionnaire, definition: dict, said: str, actor: User) -> None:
    """Store the new definition, and the old one among the last that may be put back."""
    before, questionnaire.definition = questionnaire.definition, definition
    questionnaire.save()
    if not before["sections"]:
        return
    made = FormRevision.objects.create(questionnaire=questionnaire, before=before, after=fingerprint(definition), said=said[:300], by=actor)
    old = questionnaire.revisions.filter(pk__lt=made.pk).values_list("pk", flat=True)[KEPT_REVISIONS - 1 :]
    FormRevision.objects.filter(pk__in=list(old)).delete()
