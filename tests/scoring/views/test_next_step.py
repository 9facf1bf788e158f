"""The page from which a call is steered says what comes next and who does it, in every state, and leads there whoever does it."""

import pytest

from calls.enums import CallState
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import CallFactory
from tests.factories.deliberation import close, deliberation, propose, sit, vote
from tests.factories.scoring import SelectionSessionFactory
from tests.reading import links_of, the, words_of

pytestmark = pytest.mark.django_db
MANAGERS, FINANCES, CHAIR = (f"{who} s’en {verb}." for who, verb in (
    ("Les gestionnaires d’appels", "chargent"), ("Les finances", "chargent"), ("La présidence du jury", "charge"),
))  # fmt: skip


def told(client, call, user) -> tuple[str, str]:
    """The words of the next step, and where it leads."""
    client.force_login(user)
    block = the(client.get(f"/pilotage/{call.reference}/"), "#etape")
    addresses = [address for _, address in links_of(str(block))]
    return words_of(block).replace("\u00a0", " "), addresses[0] if addresses else ""


def in_state(state: CallState):
    """A call as it is in a state, made as people make it where the sitting and the decisions matter."""
    if state == CallState.DELIBERATION:
        return deliberation().call
    if state == CallState.VOTED:
        return vote(deliberation()).call
    return CallFactory(state=state, closed=state not in (CallState.DRAFT,))


@pytest.mark.parametrize("state", CallState)
def test_the_next_step_is_said_in_every_state_and_the_page_it_leads_to_opens(client, state):
    call, manager = in_state(state), person(Role.CALL_MANAGER)

    words, address = told(client, call, manager)

    if state in (CallState.ARCHIVED, CallState.UNSUCCESSFUL, CallState.WITHDRAWN):
        assert words == f"Plus aucune étape. L’appel est « {call.get_state_display()} » : il reste lisible, et rien n’y est à faire."
        return
    assert words.startswith("Prochaine étape : ")
    assert MANAGERS in words
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("state", [state for state in CallState if state not in (CallState.DRAFT,)])
def test_who_does_not_do_it_reads_who_does_and_is_led_nowhere_closed(client, state):
    call = in_state(state)

    for role in (Role.OFFICER, Role.AUDITOR):
        words, address = told(client, call, person(role))
        assert words.startswith(("Prochaine étape : ", "Plus aucune étape."))
        assert address == "" or client.get(address).status_code == 200


def prepared(made):
    made.session = SelectionSessionFactory(call=made.call)
    return made


@pytest.mark.parametrize(
    ("until", "act", "who", "address"),
    [
        (lambda made: made, "préparer la séance du jury", MANAGERS, "/seances/nouvelle/"),
        (prepared, "ouvrir la séance du", CHAIR, "{session}"),
        (sit, "clore la séance du", CHAIR, "{session}"),
        (close, "proposer les décisions", FINANCES, "/decisions/?appel={call}"),
        (propose, "enregistrer le vote de la Commission permanente", FINANCES, "/decisions/?appel={call}"),
        (
            vote,
            "notifier les décisions et publier les résultats",
            MANAGERS,
            "/decisions/notification/{call}/",
        ),
    ],
)
def test_a_deliberation_names_each_of_its_steps(client, until, act, who, address):
    made = until(deliberation())
    place = address.format(call=made.call.reference, session=made.session.get_absolute_url() if made.session else "")

    words, led = told(client, made.call, made.manager)

    assert words.startswith(f"Prochaine étape : {act}")
    assert who in words
    assert led == place


def test_the_finances_are_led_to_what_the_vote_needs(client):
    made = propose(deliberation())

    words, address = told(client, made.call, made.finance)

    assert "une par dossier" in words_of(the(client.get(address), "main"))
    assert FINANCES in words


def test_an_officer_does_not_learn_from_it_what_the_sitting_is_at(client):
    """Whether decisions are proposed is read by those who read decisions."""
    officer = person(Role.OFFICER)

    before = told(client, deliberation().call, officer)
    after = told(client, propose(deliberation()).call, officer)

    assert before == after == (
        "Prochaine étape : la séance du jury, puis le vote de la Commission permanente. Le jury et les finances s’en chargent.", "",
    )  # fmt: skip
