import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from calls.models import Application, Attachment
from portal.files.models import StoredFile
from tests.factories.calls import ApplicationFactory
from tests.portal.files.samples import armed_pdf, pdf
from tests.reading import text_of, texts_of, the, tree_of, words_of

pytestmark = pytest.mark.django_db

UPLOAD = "/dossiers/AAP-0001/pieces/deliberation/"
SECTION = "/dossiers/AAP-0001/section/pieces/"


def upload(client, name="deliberation.pdf", content=None):
    given = SimpleUploadedFile(name, pdf() if content is None else content, content_type="application/pdf")
    return client.post(UPLOAD, {"file": given}, follow=True)


def test_a_file_is_attached_and_listed_with_its_weight_and_giver(as_member):
    response = upload(as_member)

    assert response.redirect_chain == [(f"{SECTION}#q-deliberation", 302)]
    assert [attachment.file.name for attachment in Attachment.objects.current()] == ["deliberation.pdf"]
    page = text_of(response)
    assert "Ko, joint le " in page
    assert "par Sonia Vautrin" in page


def test_a_bad_file_is_refused_with_a_sentence(as_member):
    response = upload(as_member, content=b"<html><script>alert(1)</script></html>")

    assert Attachment.objects.count() == 0
    assert "n’a pas été enregistré" in text_of(response)


def test_a_refusal_is_under_its_field_which_takes_the_focus_and_names_the_file(as_member):
    response = upload(as_member, name="photo de la salle.pdf", content=b"<html></html>")

    assert (response.status_code, response.redirect_chain) == (422, [])
    assert texts_of(response, "title")[0].replace("\xa0", " ").startswith("Erreur : Pièces jointes")
    message = the(response, "#q-deliberation form [data-focus]")
    assert "photo de la salle.pdf" in words_of(message)
    field = the(response, 'input[type="file"][aria-invalid="true"]')
    assert message["id"] in field["aria-describedby"].split()


def test_nothing_chosen_is_said(as_member):
    response = as_member.post(UPLOAD)

    assert response.status_code == 422
    assert "Choisissez d’abord un fichier" in words_of(the(response, "#erreur-deliberation"))


def test_a_file_is_removed(as_member):
    upload(as_member)

    as_member.post(f"/dossiers/AAP-0001/pieces/{Attachment.objects.get().pk}/retirer/")

    assert Attachment.objects.current().count() == 0


def test_a_file_of_another_lycee_is_out_of_reach(as_member, client):
    upload(as_member)
    attachment = Attachment.objects.get()
    Attachment.objects.update(application=ApplicationFactory(reference="AUTRE-0001"))

    assert as_member.post(f"/dossiers/AAP-0001/pieces/{attachment.pk}/retirer/").status_code == 404
    assert as_member.get(f"/fichiers/{attachment.file_id}/").status_code == 404
    assert Attachment.objects.current().count() == 1


def test_a_file_name_is_shown_as_text(as_member):
    upload(as_member, name="<img src=x onerror=alert(1)>.pdf")

    assert "img src=x onerror=alert(1).pdf" in words_of(tree_of(as_member.get(SECTION)))
    StoredFile.objects.update(name="<img src=x onerror=alert(1)>.pdf")  # as a file kept before names were cleaned
    assert "<img src=x onerror=alert(1)>.pdf" in words_of(tree_of(as_member.get(SECTION)))


def test_no_file_enters_once_the_visa_is_asked(as_member, draft):
    Application.objects.all().delete()
    ApplicationFactory(reference="AAP-0001", establishment=draft.establishment, state="awaiting_approval")

    response = upload(as_member)

    assert "Le visa est demandé : le dossier ne change plus." in text_of(response)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("question", ["resume", "inconnue"])
def test_only_a_question_answered_by_files_takes_one(as_member, question):
    assert as_member.post(f"/dossiers/AAP-0001/pieces/{question}/").status_code == 404


def sent_by_script(client, content, header="first"):
    given = SimpleUploadedFile("deliberation.pdf", content, content_type="application/pdf")
    return client.post(UPLOAD, {"file": given}, headers={"X-Sending": header})


def test_the_script_is_told_where_to_go_or_why_nothing_was_joined(as_member):
    bad = sent_by_script(as_member, b"<html></html>")
    good = sent_by_script(as_member, pdf())

    assert (bad.status_code, list(bad.json())) == (422, ["errors"])
    assert "n’a pas été enregistré" in bad.json()["errors"][0]
    assert good.json() == {"to": f"{SECTION}#q-deliberation"}
    assert "« deliberation.pdf » est joint." in text_of(as_member.get(SECTION))


@pytest.mark.parametrize("content", [pdf(), armed_pdf()], ids=["kept as it was sent", "kept without what it did"])
def test_a_file_that_had_come_whole_before_the_cut_is_not_joined_twice(as_member, content):
    sent_by_script(as_member, content)

    again = sent_by_script(as_member, content, header="again")

    assert again.json() == {"to": f"{SECTION}#q-deliberation"}
    assert Attachment.objects.count() == 1
