import json
from uuid import uuid4

import pytest

from calls.models import Application, RequestLine
from portal.journal.models import JournalEntry
from tests.factories.calls import ApplicationFactory, RequestLineFactory
from tests.reading import elements_of, text_of, texts_of, values_of

pytestmark = pytest.mark.django_db

SECTION = "/dossiers/AAP-0001/section/besoins/"
TABLE = "/dossiers/AAP-0001/besoins/besoins/"
ADD = "/dossiers/AAP-0001/besoins/besoins/ajouter/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def line(draft):
    return draft.lines.get(item_code="portable-11")


def row(line, *, version=1, quantity="100", priority="1", detail="", essential=False) -> dict:
    data = {
        f"n-{line.pk}-version": version,
        f"n-{line.pk}-quantity": quantity,
        f"n-{line.pk}-priority": priority,
        f"n-{line.pk}-detail": detail,
    }
    return data | ({f"n-{line.pk}-is_essential": "on"} if essential else {})


def seen(line, version=1) -> dict:
    """What the button that removes a line sends."""
    return {"question": "besoins", f"n-{line.pk}-version": version}


def focused(response) -> list[str]:
    return [element["id"] for element in elements_of(response, "[autofocus]")]


def announced(response) -> str:
    return json.loads(response["HX-Trigger"])["preau:announce"]["text"].replace("\xa0", " ")


def test_the_table_shows_lines_totals_and_the_part_of_the_ceiling(as_member):
    response = as_member.get(SECTION)

    block = response.context["groups"][0].needs
    assert [group["label"] for group in block.groups] == ["Équipements", "Câblage et réseau"]
    assert [str(amount) for amount in (block.net_amount, block.vat_amount, block.gross_amount)] == ["48160.00", "9632.00", "57792.00"]
    assert (block.share, block.level) == (41, "")
    assert "41 % de 140 000 € TTC" in text_of(response).replace("&nbsp;", " ")


def test_a_line_is_added_from_the_list_of_the_call(as_member):
    response = as_member.post(ADD, {"item": "serveur", "quantity": "2", "priority": "3", "detail": "Baie", "is_essential": "on"})

    assert (response.status_code, response.url) == (302, f"{SECTION}#q-besoins")
    added = RequestLine.objects.get(item_code="serveur")
    assert (added.quantity, added.priority, added.detail, added.is_essential) == (2, 3, "Baie", True)
    assert str(Application.objects.get().requested_amount) == "73344.00"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"item": "yacht", "quantity": "1"}, "Choisissez un article de la liste."),
        ({"item": "", "quantity": "1"}, "Choisissez un article de la liste."),
        ({"item": "serveur", "quantity": ""}, "Indiquez une quantité d’au moins 1, ou retirez la ligne."),
        ({"item": "serveur", "quantity": "0"}, "Le nombre va de 1 à 100 000."),
        ({"item": "serveur", "quantity": "-1"}, "Une valeur négative n’est pas acceptée."),
        ({"item": "serveur", "quantity": "1e309"}, "Indiquez un nombre entier, par exemple 1 200."),
        ({"item": "serveur", "quantity": "１２"}, "Ces chiffres ne sont pas lus comme un nombre."),
        ({"item": "serveur", "quantity": "1", "priority": "9"}, "La priorité va de 1 à 4."),
        ({"item": "serveur", "quantity": "1", "detail": "x" * 201}, "Le texte compte 201 signes pour 200 au plus"),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_line_refused_says_why_and_keeps_what_was_typed(as_member, typed, sentence, headers):
    response = as_member.post(ADD, {"kind": "equipment", **typed}, headers=headers)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert RequestLine.objects.count() == 2


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_what_nobody_sees_in_a_detail_is_not_kept(as_member, headers):
    as_member.post(ADD, {"kind": "equipment", "item": "serveur", "quantity": "1", "detail": "Salle\x00 B\r\n112"}, headers=headers)

    assert RequestLine.objects.get(item_code="serveur").detail == "Salle B 112"


def test_a_cell_saves_itself_and_answers_with_the_totals_only(as_member, line):
    response = as_member.post(f"/dossiers/AAP-0001/lignes/{line.pk}/", row(line, quantity="120", essential=True), headers=HTMX)

    line.refresh_from_db()
    assert (response.status_code, line.quantity, line.is_essential, line.version) == (200, 120, True, 2)
    assert len(elements_of(response, 'strong[id^="total-"]')) == 1
    assert "67 680,00 €" in text_of(response)
    assert elements_of(response, "table") == []


def test_a_cell_refused_says_why_and_changes_nothing(as_member, line):
    response = as_member.post(f"/dossiers/AAP-0001/lignes/{line.pk}/", row(line, quantity="beaucoup"), headers=HTMX)

    line.refresh_from_db()
    assert (response.status_code, line.quantity) == (422, 100)
    assert "Pas enregistré. Indiquez un nombre entier" in text_of(response)


def test_a_row_changed_by_a_colleague_keeps_their_value_and_offers_mine(as_member, line, colleague):
    RequestLine.objects.filter(pk=line.pk).update(quantity=34, version=2, updated_by=colleague)

    response = as_member.post(f"/dossiers/AAP-0001/lignes/{line.pk}/", row(line, version=1, quantity="30"), headers=HTMX)

    assert response.status_code == 409
    assert "Mehdi Lakhal a changé cette ligne pendant que vous écriviez." in texts_of(response, "strong")
    assert values_of(response, f"n-{line.pk}-quantity") == ["30", "34"]  # mine, to be put again; theirs, in the field
    assert RequestLine.objects.get(pk=line.pk).quantity == 34


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_putting_mine_replaces_the_row_that_i_have_read(as_member, line, colleague, headers):
    RequestLine.objects.filter(pk=line.pk).update(quantity=34, version=2, updated_by=colleague)

    as_member.post(
        f"/dossiers/AAP-0001/lignes/{line.pk}/",
        row(line, version=2, quantity="30") | {"over": "1", "question": "besoins"},
        headers=headers,
    )

    assert RequestLine.objects.get(pk=line.pk).quantity == 30


def test_without_javascript_one_button_saves_every_row(as_member, draft, line):
    other = draft.lines.get(item_code="prise-rj45")

    response = as_member.post(TABLE, row(line, quantity="90") | row(other, quantity="12", priority="2", detail="Bâtiment C"))

    assert response.status_code == 302
    assert list(RequestLine.objects.order_by("pk").values_list("quantity", "priority", "detail")) == [(90, 1, ""), (12, 2, "Bâtiment C")]


def test_without_javascript_a_bad_row_is_kept_as_typed_and_the_others_are_saved(as_member, draft, line):
    other = draft.lines.get(item_code="prise-rj45")

    response = as_member.post(TABLE, row(line, quantity="neuf") | row(other, quantity="12"))

    assert response.status_code == 422
    assert values_of(response, f"n-{line.pk}-quantity") == ["neuf"]
    assert list(RequestLine.objects.order_by("pk").values_list("quantity", flat=True)) == [100, 12]


def test_a_line_is_removed_once_and_for_all(as_member, line):
    url = f"/dossiers/AAP-0001/lignes/{line.pk}/retirer/"

    as_member.post(url, seen(line))
    again = as_member.post(url, seen(line))

    assert again.status_code == 409
    assert "a retiré ce besoin entre-temps" in text_of(again)
    assert RequestLine.objects.count() == 1


def test_a_line_of_another_file_is_not_found(as_member):
    foreign = RequestLineFactory(application=ApplicationFactory(reference="AUTRE-0001"))

    assert as_member.post(f"/dossiers/AAP-0001/lignes/{foreign.pk}/", row(foreign) | {"question": "besoins"}).status_code == 404
    assert as_member.post(f"/dossiers/AAP-0001/lignes/{foreign.pk}/retirer/", {"question": "besoins"}).status_code == 404
    assert RequestLine.objects.filter(pk=foreign.pk).exists()


def test_above_the_ceiling_the_draft_is_kept_and_the_page_says_by_how_much(as_member, line):
    as_member.post(f"/dossiers/AAP-0001/lignes/{line.pk}/", row(line, quantity="1000"), headers=HTMX)

    page = text_of(as_member.get(SECTION)).replace("&nbsp;", " ")
    assert "Le total dépasse le plafond de 362 752,00 € : réduisez une quantité" in page
    assert RequestLine.objects.get(pk=line.pk).quantity == 1000


def test_needs_are_read_only_once_the_visa_is_asked(as_member, draft, line):
    Application.objects.all().delete()
    fresh = ApplicationFactory(reference="AAP-0001", establishment=draft.establishment, complete=True, state="awaiting_approval")
    frozen = fresh.lines.first()

    added = as_member.post(ADD, {"item": "serveur", "quantity": "1"}, headers=HTMX)
    changed = as_member.post(f"/dossiers/AAP-0001/lignes/{frozen.pk}/", row(frozen, quantity="1"), headers=HTMX)
    removed = as_member.post(f"/dossiers/AAP-0001/lignes/{frozen.pk}/retirer/", headers=HTMX)

    assert (added.status_code, changed.status_code, removed.status_code) == (422, 422, 409)
    assert list(fresh.lines.order_by("pk").values_list("quantity", flat=True)) == [100, 48]
    assert elements_of(as_member.get(SECTION), '[name^="n-"]') == []


def remove_url(line) -> str:
    return f"/dossiers/AAP-0001/lignes/{line.pk}/retirer/"


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_line_that_a_colleague_has_just_changed_is_not_removed_unread(as_member, line, colleague, headers):
    RequestLine.objects.filter(pk=line.pk).update(quantity=35, detail="Salles 12 à 15, vu avec le CA", version=2, updated_by=colleague)

    response = as_member.post(remove_url(line), seen(line), headers=headers)

    assert response.status_code == 409
    assert "Mehdi Lakhal a changé cette ligne depuis que vous l’avez lue." in texts_of(response, "strong")
    assert "35, priorité 1, Salles 12 à 15, vu avec le CA. Elle n’est pas retirée." in text_of(response)
    assert RequestLine.objects.get(pk=line.pk).quantity == 35
    assert JournalEntry.objects.count() == 0

    again = as_member.post(
        remove_url(line), {"question": "besoins", f"n-{line.pk}-version": values_of(response, f"n-{line.pk}-version")[0]}
    )
    assert again.status_code == 302
    assert not RequestLine.objects.filter(pk=line.pk).exists()


def test_a_line_is_not_removed_by_a_page_that_says_no_version(as_member, line):
    assert as_member.post(remove_url(line), {"question": "besoins"}).status_code == 409
    assert RequestLine.objects.filter(pk=line.pk).exists()


def test_what_was_removed_is_in_the_history_of_the_file_and_can_be_put_back(as_member, line):
    RequestLine.objects.filter(pk=line.pk).update(detail="Salle 12", is_essential=True)
    before = str(Application.objects.get().requested_amount)

    response = as_member.post(remove_url(line), seen(line), headers=HTMX)

    assert JournalEntry.objects.get().reason == "Ordinateur portable 11,6 pouces : 100, priorité 1, indispensable, Salle 12"
    assert "Besoin retiré" in text_of(as_member.get("/dossiers/AAP-0001/"))
    [form] = [form for form in elements_of(response, "form") if "Le remettre" in form.get_text()]
    as_member.post(ADD, {field["name"]: field["value"] for field in form.select("input[name]")}, headers=HTMX)
    back = RequestLine.objects.get(item_code="portable-11")
    assert (back.quantity, back.priority, back.detail, back.is_essential) == (100, 1, "Salle 12", True)
    assert str(Application.objects.get().requested_amount) == before


def test_the_focus_stays_in_the_table_and_what_happened_is_said(as_member, draft, line):
    added = as_member.post(ADD, {"kind": "equipment", "item": "serveur", "quantity": "2"}, headers=HTMX)
    server = RequestLine.objects.get(item_code="serveur")
    assert focused(added) == ["article-equipment"]
    assert len(elements_of(added, "details[open] #article-equipment")) == 1
    assert announced(added) == "Besoin ajouté : Serveur pédagogique, 2. 3 lignes, total 73 344,00 € TTC."

    removed = as_member.post(remove_url(line), seen(line), headers=HTMX)
    assert focused(removed) == [f"retirer-{server.pk}"]
    assert announced(removed) == "Besoin retiré : Ordinateur portable 11,6 pouces. 2 lignes, total 23 904,00 € TTC."

    last = as_member.post(remove_url(server), seen(server), headers=HTMX)
    assert focused(last) == ["ajouter-equipment"]


def test_a_need_that_is_refused_puts_the_focus_in_the_field_to_mend(as_member):
    response = as_member.post(ADD, {"kind": "equipment", "item": "serveur", "quantity": ""}, headers=HTMX)

    assert focused(response) == ["quantite-equipment"]
    [field] = elements_of(response, '[aria-invalid="true"]')
    assert field["id"] == "quantite-equipment"
    assert "Pas ajouté." in elements_of(response, f"#{field['aria-describedby']}")[0].get_text()


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_form_sent_twice_adds_one_line(as_member, headers):
    token = elements_of(as_member.get(SECTION), 'input[name="form_token"]')[0]["value"]
    form = {"kind": "equipment", "item": "serveur", "quantity": "2", "form_token": token}

    statuses = [as_member.post(ADD, form, headers=headers).status_code for _ in range(2)]

    assert statuses == [200, 200] if headers else [302, 302]
    assert RequestLine.objects.filter(item_code="serveur").count() == 1
    as_member.post(ADD, form | {"form_token": uuid4()}, headers=headers)
    assert RequestLine.objects.filter(item_code="serveur").count() == 2
