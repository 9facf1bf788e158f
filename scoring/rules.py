"""Who may score, deliberate and decide, and what these acts need."""

from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet

from calls.enums import ApplicationState, CallState
from portal.accounts.models import RoleGrant, User
from portal.accounts.queries import holders_of
from portal.roles import JURY_ROLES, Role
from portal.workflow.readiness import Checklist, Effects
from portal.workflow.requirements import occasion, requirement
from scoring.enums import SessionState

if TYPE_CHECKING:
    from scoring.models import Assessment, FundingDecision, JuryQuestion, SelectionSession

# -- Who --------------------------------------------------------------------------------------------------------------


def sits_in_jury(user: User) -> bool:
    """Holds a juror's role today: a seat kept after the role has ended opens nothing."""
    return user.is_authenticated and user.holds(*JURY_ROLES)


def jurors_in_function() -> QuerySet[User]:
    """Whoever holds a role of the jury today: the others are told nothing of it any more."""
    return holders_of(RoleGrant.objects.in_force().of_roles(*JURY_ROLES))


def owns_assessment(assessment: "Assessment", user: User) -> bool:
    return assessment.juror_id == user.pk and sits_in_jury(user)


def follows_jury(user: User) -> bool:
    """Reads the progress and the marks of every juror: whoever runs the jury, and the auditor."""
    return user.is_authenticated and user.holds(Role.CALL_MANAGER, Role.ADMIN, Role.AUDITOR)


def reads_rankings(user: User) -> bool:
    """Région staff who read the ranking while scoring goes on; jurors wait for the deliberation, finance for the end of the sitting."""
    return user.is_authenticated and user.holds(Role.CALL_MANAGER, Role.ADMIN, Role.AUDITOR)


def reads_closed_sittings(user: User) -> bool:
    """Who turns what a sitting has retained into decisions: finance reads it, and its ranking, once it is closed."""
    return user.is_authenticated and user.holds(Role.FINANCE)


def reads_decisions(user: User) -> bool:
    """Région staff who read envelopes and decisions, and what led to them once it is settled."""
    return reads_rankings(user) or reads_closed_sittings(user)


def opens_sittings(user: User) -> bool:
    """Who finds the sittings in the menu: the jury, and the staff who read what it retains."""
    return reads_decisions(user) or sits_in_jury(user)


def prepares_juries(user: User) -> bool:
    """Call managers: to whom the next step of a jury, of a sitting, of a release is told."""
    return user.holds(Role.CALL_MANAGER)


def reads_trials(user: User) -> bool:
    """Whoever reads everything of a call before it opens: rules, envelopes, lycées left out."""
    return follows_jury(user)


def tries_calls(obj: Model | None, user: User) -> bool:
    """The call manager, who publishes what was tried."""
    return manages_jury(obj, user)


def seat_gaps(user: User, *, is_chair: bool) -> list[str]:
    """What a person lacks to be given a seat of a jury, as sentences."""
    if not sits_in_jury(user):
        return [f"{user} n’a pas de rôle de jury : il faut d’abord le lui donner."]
    return [f"{user} n’a pas le rôle « {Role.CHAIR.label} »."] if is_chair and not user.holds(Role.CHAIR) else []


def manages_jury(obj: Model | None, user: User) -> bool:
    """The call manager, who prepares grid, panel, assignments and sessions."""
    return user.holds(Role.CALL_MANAGER, Role.ADMIN)


def chairs_session(session: "SelectionSession", user: User) -> bool:
    """The chair of this call's panel, while the role lasts."""
    return sits_in_jury(user) and user.pk in session.chair_ids


def reopens_sittings(session: "SelectionSession", user: User) -> bool:
    """The call manager, on the word of the chair who closed it: two persons."""
    return manages_jury(session, user) and not chairs_session(session, user)


def withdraws_signature(session: "SelectionSession", user: User) -> bool:
    """The chair; whoever manages the jury, once nobody who presides over it has the role any more: minutes are not locked by a departure."""
    return chairs_session(session, user) or (manages_jury(session, user) and not session.is_presided)


def runs_session(session: "SelectionSession", user: User) -> bool:
    return chairs_session(session, user) or manages_jury(session, user)


def decides_funding(obj: Model | None, user: User) -> bool:
    """Finance officers propose decisions with amounts and record the vote."""
    return user.holds(Role.FINANCE)


TOLD_OF_MONEY = Role.FINANCE  # who hears that an envelope has its money back


def nobody(obj: Model | None, user: User) -> bool:
    """What the portal does by itself, as the consequence of another act: no person may ask for it."""
    return False


def releases_results(obj: Model | None, user: User) -> bool:
    """Whoever manages calls: the release also decides the files and closes the call, and one person carries out all three."""
    return manages_jury(obj, user)


def asks_or_manages(question: "JuryQuestion", user: User) -> bool:
    """Whoever asked it, while they sit; whoever sends it."""
    return (question.asked_by_id == user.pk and sits_in_jury(user)) or manages_jury(question, user)


def sends_questions(question: "JuryQuestion", user: User) -> bool:
    """Whoever manages the jury, never about a file with which they have a conflict."""
    return manages_jury(question, user) and not question.is_hidden_from(user)


# -- What is needed ------------------------------------------------------------------------------------------------------


@occasion
def call_is_scored(assessment: "Assessment") -> list[str]:
    return [] if assessment.application.call.is_scored else ["La notation de cet appel n’est pas ouverte."]


@occasion
def sitting_is_to_come(question: "JuryQuestion") -> list[str]:
    """Questions help to give a mark: they are asked while marks are given."""
    return [] if question.application.call.is_scored else ["La notation de cet appel n’est pas ouverte : le jury ne pose plus de question."]


@occasion
def question_is_before_jury(question: "JuryQuestion") -> list[str]:
    file = question.application
    return [] if file.is_before_jury else [f"Le dossier {file.reference} n’est plus devant le jury : aucune question ne lui est envoyée."]


@occasion
def reading_is_not_frozen(assessment: "Assessment") -> list[str]:
    """Once the sitting is closed no reading leaves the score: a link learnt later is declared without touching it."""
    return ["La séance du jury est close : les notes sont figées."] if assessment.is_frozen else []


@occasion
def file_is_before_jury(assessment: "Assessment") -> list[str]:
    """A file withdrawn, inadmissible, or whose admissibility is examined again, is not scored; readings already made are kept."""
    file = assessment.application
    if file.is_before_jury:
        return []
    why = {
        ApplicationState.WITHDRAWN: "est retiré",
        ApplicationState.INADMISSIBLE: "est irrecevable",
        ApplicationState.CLOSED: "est irrecevable",
    }.get(file.state, "est repris en instruction")
    return [f"Le dossier {file.reference} {why} : il n’est plus à noter. Ce que vous avez noté est gardé."]


@requirement("the juror, on the sheet")
def every_criterion_is_scored(assessment: "Assessment") -> list[str]:
    """Each rated criterion that applies to the file has points, or is said not applicable with a remark."""
    out = assessment.left_out
    given = {score.criterion_id for score in assessment.scores.all() if score.is_given}
    criteria = assessment.application.call.grid.criteria.all()
    return [f"Le critère « {c.label} » n’est pas noté." for c in criteria if c.is_rated and c.pk not in given and c.pk not in out]


ready_to_close = Checklist("ready_to_close")  # lines in hooks/readiness.py
ready_to_sign = Checklist("ready_to_sign")
opening = Effects(
    "Un scénario peut être retenu, puis la séance close.", "L’heure d’ouverture est inscrite au procès-verbal : c’est celle de cet acte."
)
closing = Effects()
signing = Effects(
    "Le procès-verbal est établi en PDF, à votre nom et à l’heure : ni présences, ni observations, ni motifs ne changent plus.",
    "Vous pouvez retirer votre signature jusqu’au vote, avec un motif : ce procès-verbal reste alors lisible, le suivant est une nouvelle édition.",
    "Il est lu par le jury et par les services qui voient la séance, sauf qui s’est déporté.",
)


@occasion
def call_is_not_past_deliberation(session: "SelectionSession") -> list[str]:
    """A sitting prepared for nothing is cancelled."""
    over = session.call.state in CallState.DELIBERATED and not session.call.is_deliberated
    return ["La délibération de cet appel est passée : cette séance ne peut plus se tenir."] if over or session.call.is_unsuccessful else []


@requirement("the call manager, by opening the deliberation")
def call_is_deliberated(session: "SelectionSession") -> list[str]:
    return [] if session.call.is_deliberated else ["La délibération de cet appel n’est pas ouverte."]


@requirement("whoever runs the sitting, on its sheet of attendance")
def chair_attends(session: "SelectionSession") -> list[str]:
    """A sitting without its chair, or with an empty sheet, decides nothing."""
    if session.attendance.filter(is_chair=True).exists():
        return []
    return ["La présidence du jury n’est pas présente."] if session.attendance.exists() else ["La feuille de présence est vide."]


@requirement("the call manager, by reopening the other one")
def no_other_session_is_closed(session: "SelectionSession") -> list[str]:
    """One sitting gives the decisions of a call."""
    others = session.call.sessions.filter(state__in=SessionState.OVER).exclude(pk=session.pk)
    return ["Une autre séance de cet appel est déjà close : ses décisions font foi."] if others.exists() else []


ready_to_reopen = Checklist("ready_to_reopen")  # lines in hooks/readiness.py
reopening = Effects(
    "Les notes ne sont plus figées : un lien d’intérêt déclaré depuis la clôture écarte désormais sa lecture, et le classement peut changer.",
    "Le scénario retenu le reste tant que la salle n’en retient pas un autre ; il se recalcule si le classement a changé.",
    "Le jury et les finances en sont prévenus par courriel, avec le motif.",
)


@occasion
def vote_is_not_recorded(session: "SelectionSession") -> list[str]:
    if hasattr(session.call, "vote") or session.call.state in CallState.AFTER_VOTE or session.call.state in CallState.WITH_RESULTS:
        return ["Le vote est enregistré : la séance et le procès-verbal qu’il a suivis ne changent plus."]
    return ["L’appel est déclaré infructueux : sa séance ne change plus."] if session.call.is_unsuccessful else []


@requirement("finance, by recording the vote")
def call_is_voted(decision: "FundingDecision") -> list[str]:
    return [] if decision.application.call.state in CallState.AFTER_VOTE else ["Le vote de la Commission permanente n’est pas enregistré."]
