"""A kind that nobody knew is written in a form, read on pages, frozen and exported, by its class alone."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application, ApplicationVersion
from calls.queries.content import differences, display
from calls.questionnaire import errors_in
from calls.questions.base import FieldQuestion, is_blank
from calls.questions.comparison import ORDERED, ValueType
from calls.questions.registry import KINDS, check
from portal.jobs.models import Job
from portal.roles import Role
from portal.ui.fields import WholeNumberField
from tests.exports.reading import sheet_rows
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.reading import elements_of, values_of

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class YearQuestion(FieldQuestion):
    """A year, kept as text: the first of January in a sheet and in a condition."""

    kind = "year"
    name = "Année"
    sheet_format = "date"
    template = "calls/questions/number.html"

    minimum: int = 1900
    maximum: int = 2100

    @classmethod
    def options_from(cls, raw, place, errors):
        if raw.get("minimum", 1900) < 1900:
            errors.append(f"{place} : pas avant 1900.")
        return {"minimum": raw.get("minimum", 1900)}

    def field(self):
        return WholeNumberField(minimum=self.minimum, maximum=self.maximum)

    def store(self, cleaned):
        return None if cleaned is None else str(getattr(cleaned, "year", cleaned))

    def read(self, value):
        return None if is_blank(value) else date(int(value), 1, 1)

    def text(self, given):
        return "" if is_blank(given.value) else f"année {given.value}"

    @property
    def asks(self):
        return f"Une année, de {self.minimum} à {self.maximum}."

    def sample(self, rng):
        return str(rng.randint(self.minimum, self.maximum))

    @property
    def value_type(self):
        return ValueType("year", date, ORDERED)


DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Projet",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet"},
                {"key": "ouverture", "kind": "year", "label": "Année d’ouverture", "required": True, "minimum": 1950},
            ],
        }
    ]
}


@pytest.fixture(autouse=True)
def year(monkeypatch):
    check(YearQuestion)
    monkeypatch.setitem(KINDS, "year", YearQuestion)


@pytest.fixture
def application():
    return ApplicationFactory(call=CallFactory(with_questionnaire=DEFINITION), reference="AAP-0001")


@pytest.fixture
def team(application, client):
    client.force_login(person(Role.MEMBER, at=application.establishment))
    return client


def answered() -> Answer:
    return Answer.objects.get(question_key="ouverture")


def test_the_kind_checks_its_part_of_a_definition():
    wrong = {"sections": [{"key": "s", "title": "S", "questions": [{"key": "q", "kind": "year", "label": "Q", "minimum": 1800}]}]}

    assert errors_in(DEFINITION) == []
    assert errors_in(wrong) == ["La question « Q » : pas avant 1900."]


def test_what_is_typed_is_stored_by_the_kind_or_refused_in_its_words(application, team):
    page = reverse("calls:section", args=[application.reference, "projet"])

    drawn = team.get(page)
    refused = team.post(page, {"q-ouverture": "1", "v-ouverture": "0.x"})
    saved = team.post(page, {"q-ouverture": "1 964", "v-ouverture": values_of(refused, "v-ouverture")[0]})

    assert len(elements_of(drawn, 'input[name="q-ouverture"]')) == 1
    assert refused.status_code == 422
    assert refused.context["groups"][0].blocks[1].error == "Le nombre va de 1\u00a0950 à 2\u00a0100."
    assert saved.status_code == 302
    assert answered().value == "1964"


def test_the_file_lacks_the_answer_until_it_is_given(application, team):
    overview = application.get_absolute_url()

    before = team.get(overview).context["missing"]
    Answer.objects.create(application=application, question_key="ouverture", value="1964")
    after = team.get(overview).context["missing"]

    assert [item.sentence for item in before] == ["« Année d’ouverture » n’est pas rempli."]
    assert after == []


def test_readers_read_it_and_a_version_keeps_it(application):
    answer = Answer.objects.create(application=application, question_key="ouverture", value="1964")
    actor = person()
    before = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=actor)
    answer.value = "1965"
    answer.save()
    after = freeze_version(application=Application.objects.get(), reason=VersionReason.COMPLETION, actor=actor)

    stored = ApplicationVersion.objects.get(pk=before.pk)
    assert stored.content["sections"][0]["entries"][1]["value"] == "1964"
    assert display(application, stored)[0].entries[1].text == "année 1964"
    assert [(change.before, change.after) for change in differences(before, after)] == [("année 1964", "année 1965")]


def test_the_workbook_has_a_typed_cell(client, django_capture_on_commit_callbacks):
    application = ApplicationFactory(call=CallFactory(with_questionnaire=DEFINITION), submitted=True)
    Answer.objects.create(application=application, question_key="ouverture", value="1964")
    client.force_login(person(Role.CALL_MANAGER))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("exports:ask", args=["dossiers"]), {"call": application.call.reference})

    keys, headings, row = sheet_rows(_workbook(), "Dossiers")
    assert dict(zip(keys, row, strict=True))["ouverture"].date() == date(1964, 1, 1)
    assert headings[keys.index("ouverture")] == "Année d’ouverture"


def test_the_field_refuses_in_french():
    with pytest.raises(ValidationError, match="Indiquez un nombre entier"):
        YearQuestion(key="q", label="Q").clean("hier")


def _workbook() -> bytes:
    with Job.objects.get().result_file.content.open("rb") as content:
        return content.read()
