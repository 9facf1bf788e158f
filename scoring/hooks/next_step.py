"""What comes next for a call in deliberation or voted, told on the page from which it is steered."""

from calls.models import Call
from calls.queries.next_step import MANAGERS, NextStep
from portal.accounts.models import User
from portal.addresses import address
from portal.text.dates import day
from scoring import rules
from scoring.models import SelectionSession
from scoring.queries import next_step as steps

FINANCES = "Les finances s’en chargent."
CHAIR = "La présidence du jury s’en charge."


def step_of_call(call: Call, user: User) -> NextStep | None:
    """The step of the sitting, of the decisions, of the vote or of the release.

    What a sitting or a decision is at is said to those who read decisions; others read that the jury sits and the vote follows.
    """
    step = steps.step_of(call)
    if not step:
        return None
    manager, finance = rules.releases_results(call, user), rules.decides_funding(call, user)
    if step == steps.RELEASE:
        where = address("scoring:release", call.reference) if manager else ""
        return NextStep("notifier les décisions et publier les résultats", MANAGERS, where)
    if not rules.reads_decisions(user):
        return NextStep("la séance du jury, puis le vote de la Commission permanente", "Le jury et les finances s’en chargent.")
    decisions = f"{address('scoring:decisions')}?appel={call.reference}"
    if step == steps.SESSION:
        return _of_sitting(call, steps.live_sitting(call), user)
    if step == steps.PROPOSE:
        return NextStep("proposer les décisions, d’après la séance close", FINANCES, decisions, "Voir les décisions")
    if step == steps.VOTING:
        return NextStep("le vote enregistré est porté sur chaque décision", "Cela se fait seul.", decisions, "Voir les décisions")
    act = "enregistrer le vote de la Commission permanente"
    if finance:
        return NextStep(act, FINANCES, address("scoring:vote", call.reference))
    return NextStep(act, FINANCES, decisions, "Voir les décisions")


def _of_sitting(call: Call, sitting: SelectionSession | None, user: User) -> NextStep:
    if sitting is None:
        where = address("scoring:session_create") if rules.manages_jury(call, user) else ""
        return NextStep("préparer la séance du jury", MANAGERS, where, "Préparer une séance")
    seen = SelectionSession.objects.visible_to(user).filter(pk=sitting.pk).exists()
    where, link = (sitting.get_absolute_url() if seen else ""), "Voir la séance"
    if sitting.is_prepared:
        return NextStep(f"ouvrir la séance du {day(sitting.sat_at)}", CHAIR, where, link)
    return NextStep(f"clore la séance du {day(sitting.sat_at)}", CHAIR, where, link)
