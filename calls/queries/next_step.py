"""What comes next in the life of a call, and who does it; higher apps tell the states that are theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from calls import rules
from calls.enums import CallState
from calls.models import Call
from portal.accounts.models import User
from portal.text.dates import moment

MANAGERS = "Les gestionnaires d’appels s’en chargent."
BY_TWO = "Un gestionnaire d’appels ou un administrateur demande l’ouverture, un autre ouvre."


@dataclass(frozen=True)
class NextStep:
    """An act to come, in words that follow « Prochaine étape : », and the sentence that says who does it.

    `address` leads where it is done and where what it needs is listed; empty for who does not do it.
    """

    act: str
    who: str
    address: str = ""
    link: str = "Voir ce qui est prêt"


Teller = Callable[[Call, User], NextStep | None]
_tellers: list[Teller] = []

# The transition to come and how it is said, in the states where calls alone know it.
_ACTS = {
    CallState.DRAFT: ("publish", "publier l’appel"),
    CallState.PUBLISHED: ("start_instruction", "ouvrir l’instruction"),
    CallState.INSTRUCTION: ("start_assessment", "ouvrir la notation, quand la recevabilité de chaque dossier est prononcée"),
    CallState.ASSESSMENT: ("start_deliberation", "ouvrir la délibération, quand les évaluations sont rendues"),
    CallState.RELEASED: ("archive", "archiver l’appel, quand plus rien n’y est à suivre"),
}


def register(teller: Teller) -> None:
    """Add what a higher app says of the states that it knows; it answers None for the others."""
    if teller not in _tellers:
        _tellers.append(teller)


def next_step(call: Call, user: User) -> NextStep | None:
    """The next act of a call, as `user` may read it; None when its life is over."""
    if call.state in _ACTS:
        return _own(call, user)
    return next((step for teller in _tellers if (step := teller(call, user))), None)


def _own(call: Call, user: User) -> NextStep:
    name, act = _ACTS[call.state]
    if call.state == CallState.PUBLISHED and timezone.now() <= call.last_deadline:
        closing = call.latest_closing if call.has_extensions and timezone.now() > call.deadline else call.closes_at
        return NextStep(f"{act}, après la clôture du {moment(closing)}", MANAGERS)
    if call.state == CallState.PUBLISHED and call.is_sealed:
        return _unsealing(call, user)
    if not rules.manages_call(call, user):
        return NextStep(act, MANAGERS)
    link = "Voir ce que cela fait" if call.state == CallState.RELEASED else NextStep.link
    return NextStep(act, MANAGERS, f"{call.get_absolute_url()}action/{name}/", link)


def _unsealing(call: Call, user: User) -> NextStep:
    """What opens the sealed files of a call that is over: asked by one person, done by another."""
    if call.opening_asked_at is None:
        name, act, may = "ask_opening", "demander l’ouverture des dossiers, qui sont scellés", rules.manages_call(call, user)
    else:
        name, act, may = "open_files", "ouvrir les dossiers, dont l’ouverture est demandée", rules.opens_sealed_files(call, user)
    return NextStep(act, BY_TWO, f"{call.get_absolute_url()}action/{name}/", "Voir ce que cela fait") if may else NextStep(act, BY_TWO)
