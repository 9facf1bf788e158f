"""Answers of an earlier file of the lycée, taken again one by one: what fits, and nothing else."""

from uuid import uuid4

import pytest

from calls.models import Answer, Application, Attachment
from portal.journal.models import JournalEntry
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, RequestLineFactory
from tests.reading import elements_of, text_of, values_of

pytestmark = pytest.mark.django_db

PAGE = "/dossiers/NEUF-0001/reprendre/"


def answered(file, **values) -> None:
    for key, value in values.items():
        Answer.objects.update_or_create(application=file, question_key=key, defaults={"value": value, "version": 3})


@pytest.fixture
def earlier(draft):
    answered(draft, resume="Des tablettes dans les champs.")
    return draft


@pytest.fixture
def file(earlier):
    """A blank file of the same lycée, in the same call."""
    return ApplicationFactory(reference="NEUF-0001", establishment=earlier.establishment, call=earlier.call, title="")


def stored(file, key):
    answer = Answer.objects.filter(application=file, question_key=key).first()
    return answer.value if answer else None


def token(response, key) -> str:
    return values_of(response, f"v-{key}")[0]


def test_the_earlier_answers_stand_beside_and_nothing_is_taken_before_a_tick(as_member, file):
    response = as_member.get(PAGE)

    assert "Des tablettes dans les champs." in text_of(response)
    assert values_of(response, "take") == []
    assert stored(file, "resume") is None


def test_one_tick_takes_one_answer_and_its_line_of_the_history(as_member, file, earlier):
    shown = as_member.get(PAGE)

    response = as_member.post(PAGE, {"take": ["resume"], "v-resume": token(shown, "resume"), "form_token": str(uuid4())})

    assert response.status_code == 302
    assert stored(file, "resume") == "Des tablettes dans les champs."
    assert Answer.objects.filter(application=file).count() == 1
    assert JournalEntry.objects.get(action="reuse_answers").data == {"source": earlier.reference, "taken": 1}


def test_one_press_fills_what_is_blank_and_leaves_what_is_written_and_the_files(as_member, file):
    answered(file, resume="Mon résumé de cette année.")
    shown = as_member.get(PAGE)
    tokens = {control["name"]: control["value"] for control in elements_of(shown, 'input[name^="v-"]')}

    as_member.post(PAGE, tokens | {"blank": "1", "form_token": str(uuid4())})

    assert stored(file, "resume") == "Mon résumé de cette année."
    assert file.lines.count() == 2
    assert not Attachment.objects.filter(application=file).exists()


def test_needs_come_at_the_prices_of_this_call_and_once(as_member, file, earlier):
    earlier.lines.update(unit_price_amount=1)
    data = {"take": ["besoins"], "form_token": str(uuid4())}

    for _ in range(2):
        as_member.post(PAGE, data)

    assert {line.item_code: str(line.unit_price_amount) for line in file.lines.all()}["portable-11"] == "412.00"
    assert file.lines.count() == earlier.lines.count()


def test_one_press_fills_every_table_of_needs(as_member, file, earlier):
    tables = [
        {"key": key, "kind": "needs", "label": key, "items": [{"code": code, "label": code, "kind": kind, "unit_price": "100"}]}
        for key, code, kind in (("materiel", "serveur", "equipment"), ("travaux", "prise", "cabling"))
    ]
    form = earlier.questionnaire
    form.definition = {"sections": [{"key": "besoins", "title": "Besoins", "help": "", "questions": tables}]}
    form.save(update_fields=["definition"])
    for table in tables:
        item = table["items"][0]
        RequestLineFactory(application=earlier, question_key=table["key"], item_code=item["code"], kind=item["kind"])

    as_member.post(PAGE, {"blank": "1", "form_token": str(uuid4())})

    assert set(file.lines.values_list("question_key", "item_code")) == {("materiel", "serveur"), ("travaux", "prise")}


def test_an_article_no_longer_offered_is_left_and_named(as_member, file, earlier):
    earlier.lines.filter(kind="cabling").update(item_code="telex", label="Télex")

    response = as_member.get(PAGE)

    assert "Plus dans la liste : Télex." in text_of(response).replace("\xa0", " ")
    assert "1 besoin, aux prix" in text_of(response).replace("\xa0", " ")


def test_a_colleague_who_answered_meanwhile_is_not_written_over(as_member, file, colleague):
    shown = as_member.get(PAGE)
    Answer.objects.create(application=file, question_key="resume", value="La réponse de Mehdi.", version=1, updated_by=colleague)

    response = as_member.post(PAGE, {"take": ["resume"], "v-resume": token(shown, "resume")})

    assert response.status_code == 409
    assert "Mehdi Lakhal a répondu entre-temps" in text_of(response)
    assert stored(file, "resume") == "La réponse de Mehdi."


def test_the_file_of_another_lycee_is_never_read(as_member, file):
    other = ApplicationFactory(reference="AILLEURS-1", call=file.call)
    answered(other, resume="Secret d’un autre lycée.")

    response = as_member.get(f"{PAGE}?de=AILLEURS-1")

    assert "Secret" not in text_of(response)
    assert as_member.post(f"{PAGE}?de=AILLEURS-1", {"take": ["resume"]}).status_code == 200
    assert stored(file, "resume") is None


def test_who_only_reads_the_files_takes_nothing(client, file):
    client.force_login(person(Role.READER, at=file.establishment))

    assert client.get(PAGE).status_code == 403


def test_nothing_ticked_says_so(as_member, file):
    assert as_member.post(PAGE, {}).status_code == 422


def test_the_overview_of_a_file_leads_there_when_there_is_something(as_member, file, earlier):
    assert PAGE in as_member.get("/dossiers/NEUF-0001/").content.decode()
    Application.objects.filter(pk=earlier.pk).delete()
    assert PAGE not in as_member.get("/dossiers/NEUF-0001/").content.decode()
