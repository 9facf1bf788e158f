"""Writing the form of a call: one change at a time, on its version being written, each journalled and put back by one press."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.building.places import Edited, EditRefused, PartGone
from calls.models import Call, FormRevision, Questionnaire
from calls.queries.form_building import broken_outside
from calls.queries.knowledge import with_known
from portal.accounts.models import User
from portal.journal import recorder
from portal.text.canonical import fingerprint
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed

Change = Callable[[dict], Edited]  # from calls.building, its arguments given but for the definition
KEPT_REVISIONS = 50
FROZEN = "Cette version du formulaire est en vigueur : elle ne change plus. Préparez une nouvelle version."
GONE = "Ce que vous vouliez changer n’est plus dans le formulaire : quelqu’un l’a retiré."


@transaction.atomic
def edit_form(*, call: Call, change: Change, actor: User, check: Check = believed) -> Edited:
    """Make one change to the version of the form being written; the first one begins the form of a call that has none.

    Raises PermissionDenied, and TransitionRefused: the version is in force, what was to change has gone, the form would not be readable any
    more, something outside it (a criterion of the grid) would lose the question that decides it, or `check` refuses what the page showed.
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
    if broken := broken_outside(call, questionnaire.definition, edited.definition):
        raise TransitionRefused(broken)
    _keep(questionnaire, edited.definition, edited.said, actor)
    recorder.record(call, "edit_questionnaire", actor=actor, data={"version": questionnaire.version, "label": edited.said})
    return edited


@transaction.atomic
def undo_edit(*, call: Call, actor: User, revision: int | None = None) -> str:
    """Put the form back as it was before its last change; returns what was undone, as it was said then.

    `revision`: the change that the page showed as the last one. Raises PermissionDenied, and TransitionRefused when there is nothing to put
    back, when it is not that one any more, or when the form was written otherwise since.
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
    if broken := broken_outside(call, questionnaire.definition, last.before):
        raise TransitionRefused(broken)
    questionnaire.definition = last.before
    questionnaire.save(update_fields=["definition"])
    last.delete()
    recorder.record(call, "undo_form_edit", actor=actor, data={"version": questionnaire.version, "label": last.said})
    return last.said


def _being_written(call: Call) -> Questionnaire:
    """The latest version of the form, locked; raises TransitionRefused when it is in force."""
    Call.objects.select_for_update(of=("self",)).only("pk").get(pk=call.pk)  # a form is begun once
    latest = call.questionnaires.select_for_update(of=("self",)).order_by("-version").first()
    if latest is not None and latest.frozen_at:
        raise TransitionRefused([FROZEN], wrong_state=True)
    return latest or Questionnaire(call=call, definition=with_known(call, {"sections": []}))


def _keep(questionnaire: Questionnaire, definition: dict, said: str, actor: User) -> None:
    """Store the new definition, and the old one among the last that may be put back."""
    before, questionnaire.definition = questionnaire.definition, definition
    questionnaire.save()
    if not before["sections"]:
        return
    made = FormRevision.objects.create(questionnaire=questionnaire, before=before, after=fingerprint(definition), said=said[:300], by=actor)
    old = questionnaire.revisions.filter(pk__lt=made.pk).values_list("pk", flat=True)[KEPT_REVISIONS - 1 :]
    FormRevision.objects.filter(pk__in=list(old)).delete()
