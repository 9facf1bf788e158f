"""What conditions cost: a form of 150 questions with 100 conditions opens about as fast as the same form without any."""

from time import process_time

import pytest

from calls.models import Answer
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db
MOST = 1.2
ANSWERS = {"choice": "a", "number": 5, "text": "Texte"}
KINDS = list(ANSWERS)
CHOICES = [{"value": value, "label": value.upper()} for value in "abc"]


def question(rank: int, depends: bool) -> dict:
    """Choices, numbers and texts in turn; from the fiftieth on, asked on two questions among the first and on the lycée."""
    kind = KINDS[rank % 3]
    found = {"key": f"q{rank}", "kind": kind, "label": f"Question {rank}", "required": rank % 2 == 0}
    if kind == "choice":
        found["choices"] = CHOICES
    if depends and rank >= 50:
        first = 3 * (rank % 15)
        boarding = {"all": [{"answer": f"q{first + 1}", "at_least": 3}, {"not": {"lycee": "boarding", "equals": True}}]}
        found["shown_if"] = {"any": [{"answer": f"q{first}", "equals": "a"}, boarding]}
    return found


def form(depends: bool) -> dict:
    sections = [
        {"key": f"s{rank}", "title": f"Section {rank}", "questions": [question(15 * rank + one, depends) for one in range(15)]}
        for rank in range(10)
    ]
    return {"sections": sections}


def opening(client, depends: bool):
    """A way to open one section of a file that answers such a form; returns the processor time of each opening, in seconds."""
    application = ApplicationFactory(call=CallFactory(with_questionnaire=form(depends)))
    Answer.objects.bulk_create(
        Answer(application=application, question_key=f"q{rank}", value=ANSWERS[KINDS[rank % 3]]) for rank in range(150)
    )
    member = person(Role.MEMBER, at=application.establishment)

    def opened() -> float:
        client.force_login(member)
        start = process_time()
        assert client.get(f"/dossiers/{application.reference}/section/s5/").status_code == 200
        return process_time() - start

    return opened


def test_a_long_form_with_a_hundred_conditions_opens_about_as_fast_as_without(client):
    without, with_conditions = opening(client, depends=False), opening(client, depends=True)
    without(), with_conditions()  # the first reading of each form is kept

    times = [(without(), with_conditions()) for _ in range(7)]

    assert min(after for _, after in times) <= MOST * min(before for before, _ in times)
