"""How long is left to write, and where the person wrote last."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.checks import asked_in, given_in
from calls.models import Answer
from calls.queries.resuming import last_written, time_still_to_write, time_to_write
from portal.roles import Role
from tests.calls.questions.test_kinds import question_of
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory

CHOICES = {"choices": [{"value": "a", "label": "A"}]}


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], ""),
        ([("choice", CHOICES)], "environ 5 minutes"),
        ([("long_text", {})] * 3, "environ 30 minutes"),
        ([("long_text", {})] * 6, "environ 1 heure"),
        ([("long_text", {})] * 9, "environ 1 h 30"),
        ([("long_text", {})] * 12, "environ 2 heures"),
    ],
)
def test_the_time_is_said_from_the_kinds_of_questions(kinds, said):
    assert time_to_write(question_of(kind, **options) for kind, options in kinds).replace("\xa0", " ") == said


@pytest.mark.django_db
def test_what_is_answered_is_no_longer_counted():
    blank, complete = ApplicationFactory(), ApplicationFactory(complete=True)

    assert time_still_to_write(asked_in(blank, given_in(blank))) != time_still_to_write(asked_in(complete, given_in(complete)))


@pytest.mark.django_db
def test_one_comes_back_where_one_wrote_last(client):
    file = ApplicationFactory(reference="AAP-0001")
    member, other = (person(Role.MEMBER, at=file.establishment) for _ in range(2))
    now = timezone.now()
    Answer.objects.update_or_create(application=file, question_key="titre", defaults={"value": "T", "updated_by": other, "updated_at": now})
    Answer.objects.update_or_create(
        application=file, question_key="resume", defaults={"value": "R", "updated_by": member, "updated_at": now - timedelta(hours=1)}
    )

    assert last_written(file, asked_in(file), member).question.key == "resume"
    assert last_written(file, asked_in(file), person(Role.MEMBER, at=file.establishment)) is None
    client.force_login(member)
    assert "/section/projet/#q-resume" in client.get("/dossiers/AAP-0001/").content.decode()
