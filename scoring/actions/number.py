"""How many files share the envelope of a sitting: chosen in the room, computed at once, changed as long as the sitting lives."""

from django.db import transaction

from portal.accounts.models import User
from portal.jobs.models import Job
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.text.dates import moment
from portal.text.french import count
from portal.workflow.gate import TransitionRefused
from scoring.actions.run import ask_run
from scoring.actions.session import locked_session
from scoring.models import SelectionSession
from scoring.optimiser.shared import sharers_of
from scoring.queries.amounts import policy_of


@transaction.atomic
def choose_number(*, session: SelectionSession, files: int, seen: int | None, actor: User) -> Job:
    """Retain this many files, and have the worker choose them under the rules and share the envelope. Nothing is decided.

    `seen`: the number that the page showed, None for none. Raises PermissionDenied, and TransitionRefused for more than may be retained,
    for a number that a colleague has changed meanwhile, or for what prevents computing.
    """
    locked = locked_session(session, actor)
    policy = policy_of(locked.call)
    if not policy.is_shared:
        raise TransitionRefused(["Les montants de cet appel ne se partagent pas : le nombre de places se règle avec les règles."])
    if locked.places != seen:
        act = last_act(locked, "choose_number", "set_frame")
        who = f"{act.actor_label} l’a changé le {moment(act.at)}" if act else "Il a changé"
        now = count(locked.places, "dossier") if locked.places else "aucun"
        raise TransitionRefused(
            [f"Le nombre retenu n’est plus celui de votre page. {who} : {now}. Relisez, puis recommencez."], wrong_state=True
        )
    most = len(sharers_of(locked, policy))
    if not most:
        raise TransitionRefused(["Aucun dossier de cet appel n’a à la fois une note, un montant et une enveloppe."])
    if not 1 <= files <= most:
        raise TransitionRefused(
            [f"Retenez de 1 à {count(most, 'dossier')} : ceux qui ont un montant, une enveloppe et une note qui donne une part."]
        )
    if locked.places != files:
        recorder.record(locked, "choose_number", actor=actor, data={"before": locked.places, "after": files})
        locked.places = files
        locked.save(update_fields=["places"])
    return ask_run(session=locked, actor=actor)
