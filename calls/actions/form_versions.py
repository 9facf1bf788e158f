"""A new version of a form, put in force while files already answer to an older one."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from calls import rules
from calls.actions.steering import freeze_questionnaire
from calls.actions.writing import keep_columns, tell
from calls.building.versions import changes_between
from calls.enums import ApplicationState
from calls.models import Application, Call, Questionnaire
from calls.questionnaire import errors_in
from portal.accounts.models import User
from portal.text.canonical import fingerprint
from portal.workflow.gate import TransitionRefused


@transaction.atomic
def put_in_force(*, call: Call, actor: User, drafts_follow: bool, seen: str = "") -> tuple[Questionnaire, int]:
    """Put the version being written in force: files begun from now on answer to it. Returns it, and how many drafts went to it.

    `drafts_follow`: drafts that can be read by it go to it with all their answers; those to questions that have gone are kept, unseen. A file
    with the head of its lycée, or filed, never changes version. `seen`: the fingerprint of the definition that the page showed.
    Raises PermissionDenied, and TransitionRefused: nothing is being written, the call is not published yet, or the form is not ready.
    """
    if not rules.manages_call(call, actor):
        raise PermissionDenied("put_in_force")
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.is_draft:
        raise TransitionRefused(["Le formulaire d’un appel en brouillon entre en vigueur à sa publication."], wrong_state=True)
    latest = locked.questionnaires.select_for_update(of=("self",)).order_by("-version").first()
    if latest is None or latest.frozen_at:
        raise TransitionRefused(["Aucune nouvelle version n’est en cours d’écriture : elle est déjà en vigueur."], wrong_state=True)
    if seen and seen != fingerprint(latest.definition):
        raise TransitionRefused(["Le formulaire a changé depuis l’ouverture de votre page : relisez ce qu’il devient."])
    if errors := errors_in(latest.definition):
        raise TransitionRefused(errors)
    freeze_questionnaire(call=locked, actor=actor)
    latest.refresh_from_db()
    return latest, _follow(locked, latest, actor) if drafts_follow else 0


def _follow(call: Call, new: Questionnaire, actor: User) -> int:
    """Take the drafts of a call to this version; how many went, personal drafts apart, which nobody counts."""
    drafts = Application.everything.filter(call=call, state=ApplicationState.DRAFT).exclude(questionnaire=new).order_by("pk")
    locked = Application.everything.select_for_update(of=("self",)).select_related("call", "establishment", "questionnaire")
    readable: dict[int, bool] = {}
    followed = 0
    for pk in list(drafts.values_list("pk", flat=True)):
        draft = locked.get(pk=pk)
        old = draft.questionnaire
        if draft.state != ApplicationState.DRAFT or not readable.setdefault(old.pk, changes_between(old.schema, new.schema).is_readable):
            continue
        draft.questionnaire = new
        draft.save(update_fields=["questionnaire"])
        keep_columns(draft)
        tell(draft, "follow_form", actor=actor, data={"version": new.version})
        followed += not draft.is_personal
    return followed
