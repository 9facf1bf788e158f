"""Who may score, deliberate and decide, and what these acts need."""

from portal.accounts.enums import Role
from portal.workflow.requirements import requirement

# -- Who --------------------------------------------------------------------------------------------------------------


def owns_assessment(assessment, user) -> bool:
    return assessment.juror_id == user.pk


def manages_jury(obj, user) -> bool:
    """The call manager, who prepares grid, panel, assignments and sessions."""
    return user.holds(Role.CALL_MANAGER, Role.ADMIN)


def chairs_session(session, user) -> bool:
    """The chair of this call's panel."""
    return session.call.panel.filter(user_id=user.pk, is_chair=True).exists()


def runs_session(session, user) -> bool:
    return chairs_session(session, user) or manages_jury(session, user)


def decides_funding(obj, user) -> bool:
    """Finance officers propose decisions with amounts and record the vote."""
    return user.holds(Role.FINANCE)


def releases_results(decision, user) -> bool:
    return user.holds(Role.CALL_MANAGER, Role.FINANCE)


# -- What is needed ------------------------------------------------------------------------------------------------------


@requirement
def call_is_scored(assessment) -> list[str]:
    return [] if assessment.application.call.state == "assessment" else ["La notation de cet appel n’est pas ouverte."]


@requirement
def every_criterion_is_scored(assessment) -> list[str]:
    """Each rated criterion has points, or is said not applicable with a remark."""
    given = {score.criterion_id: score for score in assessment.scores.all()}
    missing = []
    for criterion in assessment.application.call.grid.criteria.all():
        if criterion.kind != "rated":
            continue
        score = given.get(criterion.pk)
        if score is None or (score.points is None and not score.remark):
            missing.append(f"Le critère « {criterion.label} » n’est pas noté.")
    return missing


@requirement
def a_scenario_is_retained(session) -> list[str]:
    return [] if session.scenarios.filter(retained_at__isnull=False).exists() else ["Aucun scénario n’est retenu."]


@requirement
def somebody_attends(session) -> list[str]:
    return [] if session.attendance.exists() else ["La feuille de présence est vide."]


@requirement
def call_is_voted(decision) -> list[str]:
    from_state = decision.application.call.state
    return [] if from_state in ("voted", "released") else ["Le vote de la Commission permanente n’est pas enregistré."]
