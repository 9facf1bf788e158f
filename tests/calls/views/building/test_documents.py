"""The document that a piece to join gives to fill in, given and taken off by whoever writes the form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from calls.models import Questionnaire
from portal.files.models import StoredFile
from tests.portal.files.samples import pdf
from tests.reading import text_of, the

pytestmark = pytest.mark.django_db
KEY = "deliberation"


def given(stored) -> dict | None:
    return next(part for section in stored()["sections"] for part in section["questions"] if part["key"] == KEY).get("to_fill")


def send(as_manager, at, name="charte.pdf", content=None):
    file = SimpleUploadedFile(name, pdf() if content is None else content)
    return as_manager.post(at("form_document", KEY), {"file": file}, follow=True)


def test_a_document_is_given_then_taken_off(as_manager, at, stored, call):
    page = send(as_manager, at)

    assert "donne « charte.pdf » à remplir." in text_of(page)
    kept = StoredFile.objects.get(pk=given(stored)["id"])
    assert (kept.purpose, kept.name, given(stored)["size"]) == ("to_fill", "charte.pdf", kept.size)
    assert the(page, f'a[href="/appels/{call.slug}/a-remplir/{kept.pk}/"]')

    page = as_manager.post(at("form_document", KEY), {"retirer": "1"}, follow=True)

    assert given(stored) is None
    assert "ne donne plus de document à remplir." in text_of(page)


def test_what_the_portal_refuses_is_said_under_the_field(as_manager, at, stored):
    page = send(as_manager, at, content=b"<html>")

    assert page.status_code == 422
    assert "n’a pas été enregistré" in text_of(page)
    assert given(stored) is None
    assert "Choisissez un fichier." in text_of(as_manager.post(at("form_document", KEY), {}))


def test_only_a_piece_to_join_gives_one(as_manager, at):
    assert as_manager.get(at("form_document", "resume")).status_code == 404


def test_changing_the_question_keeps_its_document(as_manager, at, stored):
    send(as_manager, at)
    before = given(stored)

    as_manager.post(at("form_part", KEY), {"kind": "file", "label": "Délibération signée", "help": "", "accept": ["pdf"]}, follow=True)

    assert given(stored) == before


def test_a_version_in_force_does_not_change(as_manager, at, call, stored):
    Questionnaire.objects.filter(call=call).update(frozen_at=call.opens_at)

    response = send(as_manager, at)

    assert response.status_code == 409
    assert given(stored) is None
