"""Several needs at once: pasted and read again, moved, copied."""

from uuid import uuid4

import pytest

from calls.models import Application, RequestLine
from portal.journal.models import JournalEntry
from tests.reading import elements_of, text_of, values_of

pytestmark = pytest.mark.django_db

SECTION = "/dossiers/AAP-0001/section/besoins/"
TABLE = "/dossiers/AAP-0001/besoins/besoins/"
PASTE = "/dossiers/AAP-0001/besoins/besoins/coller/"
HTMX = {"HX-Request": "true"}
EXCEL = "Désignation\tQté\tPrix\tIndispensable\tSalle\r\nServeurs pédagogiques\t2\t6480\toui\tBaie 1\r\nOrdinateurs\tbeaucoup\t\t\t\r\nTotal\t\t9\t\t\r\n"


@pytest.fixture
def lines(draft):
    """Three pieces of equipment, in the order of their positions."""
    first = draft.lines.get(item_code="portable-11")
    others = [
        RequestLine.objects.create(
            application=draft, question_key="besoins", kind=first.kind, item_code="serveur", label=label, quantity=1,
            unit_price_amount=6480, position=position,
        )
        for position, label in ((5, "Deuxième"), (9, "Troisième"))
    ]  # fmt: skip
    return [first, *others]


def order(draft, kind="equipment") -> list[str]:
    return [line.label for line in draft.lines.filter(kind=kind)]


def sent(response) -> dict:
    """What the page that was just shown would send, as a browser reads its fields."""
    names = {control["name"] for control in elements_of(response, "main form [name]")} - {"csrfmiddlewaretoken", "check"}
    return {name: values[0] for name in names if (values := values_of(response, name))}


def test_what_is_pasted_is_shown_line_by_line_before_anything_is_kept(as_member):
    response = as_member.post(PASTE, {"text": EXCEL})

    page = text_of(response)
    assert response.status_code == 200
    assert "2 lignes lues, 1 ligne à revoir" in page.replace("\xa0", " ")
    assert "Indiquez un nombre entier, par exemple 1 200." in page
    assert "Non reprises" in page
    assert "« Prix »" in page.replace("\xa0", " ")
    assert RequestLine.objects.count() == 2


def test_a_line_mended_in_place_is_added_with_the_others_in_one_press(as_member):
    shown = as_member.post(PASTE, {"text": EXCEL})
    data = sent(shown) | {"r-2-quantity": "30", "r-2-item": "portable-11"}

    response = as_member.post(PASTE, data)

    assert response.status_code == 302
    added = list(RequestLine.objects.order_by("pk").values_list("item_code", "quantity", "is_essential", "detail"))[2:]
    assert added == [("serveur", 2, True, "Baie 1"), ("portable-11", 30, False, "")]
    assert str(Application.objects.get().requested_amount) == "88176.00"
    assert JournalEntry.objects.get(action="add_needs").data["lines"] == 2


def test_a_line_still_wrong_adds_nothing_and_keeps_what_was_typed(as_member):
    data = sent(as_member.post(PASTE, {"text": EXCEL})) | {"r-1-detail": "Baie 7", "r-2-quantity": "0"}

    response = as_member.post(PASTE, data)

    assert response.status_code == 422
    assert values_of(response, "r-1-detail") == ["Baie 7"]
    assert RequestLine.objects.count() == 2


def test_a_line_not_ticked_is_left_out_whatever_it_says(as_member):
    data = sent(as_member.post(PASTE, {"text": EXCEL}))
    del data["r-2-adding"]

    assert as_member.post(PASTE, data).status_code == 302
    assert RequestLine.objects.count() == 3


def test_pressed_twice_it_is_added_once(as_member):
    data = sent(as_member.post(PASTE, {"text": "Serveur pédagogique\t2"}))

    as_member.post(PASTE, data)
    again = as_member.post(PASTE, data, follow=True)

    assert RequestLine.objects.filter(item_code="serveur").count() == 1
    assert "déjà dans le tableau" in text_of(again)


def test_the_same_text_pasted_again_is_not_ticked(as_member):
    as_member.post(PASTE, sent(as_member.post(PASTE, {"text": "Serveur pédagogique\t2"})))

    shown = as_member.post(PASTE, {"text": "Serveur pédagogique\t2\nServeur pédagogique\t2"})

    assert [box.get("checked") is not None for box in elements_of(shown, 'input[name$="-adding"]')] == [False, True]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Aucune ligne n’est lue"),
        ("\n \t\n", "Aucune ligne n’est lue"),
        ("Serveur\t1\n" * 61, "61 lignes pour 60 au plus"),
        ("x" * 40_001, "40 001 signes pour 40 000 au plus"),
    ],
)
def test_a_text_that_cannot_be_shown_is_kept_in_its_field(as_member, text, sentence):
    response = as_member.post(PASTE, {"text": text})

    assert response.status_code == 422
    assert sentence in text_of(response).replace("\xa0", " ")
    assert response.context["text"] == text


def test_too_many_for_the_table_adds_none(as_member, monkeypatch):
    monkeypatch.setattr("calls.actions.needs.MOST_LINES", 3)
    data = sent(as_member.post(PASTE, {"text": "Serveur\t1\nServeur\t2"}))

    response = as_member.post(PASTE, data)

    assert response.status_code == 409
    assert "Un tableau compte 3 lignes au plus : il en a 2, 2 autres ne tiennent pas." in text_of(response).replace("\xa0", " ")
    assert RequestLine.objects.count() == 2


def test_a_file_whose_visa_is_asked_takes_nothing(as_member, draft):
    Application.objects.filter(pk=draft.pk).update(state="awaiting_approval")

    assert "Le visa est demandé" in text_of(as_member.get(PASTE))
    assert as_member.post(PASTE, {"text": EXCEL}).status_code == 409


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_line_goes_up_and_down_and_keeps_the_focus(as_member, draft, lines, headers):
    response = as_member.post(TABLE, {"do": f"up.{lines[2].pk}.{lines[1].pk}"}, headers=headers)

    assert response.status_code == (200 if headers else 302)
    assert order(draft) == ["Ordinateur portable 11,6 pouces", "Troisième", "Deuxième"]
    if headers:
        assert [element["id"] for element in elements_of(response, "[autofocus]")] == [f"monter-{lines[2].pk}"]
        assert "Troisième : maintenant 2e sur 3." in response["HX-Trigger"].encode().decode("unicode_escape")


def test_a_move_sent_twice_is_done_once(as_member, draft, lines):
    for _ in range(2):
        as_member.post(TABLE, {"do": f"down.{lines[0].pk}.{lines[1].pk}"}, headers=HTMX)

    assert order(draft) == ["Deuxième", "Ordinateur portable 11,6 pouces", "Troisième"]


def test_two_people_who_move_keep_each_other_s_order(as_member, draft, lines):
    as_member.post(TABLE, {"do": f"up.{lines[1].pk}.{lines[0].pk}"}, headers=HTMX)
    as_member.post(TABLE, {"do": f"up.{lines[2].pk}.{lines[1].pk}"}, headers=HTMX)  # read before the first move

    assert order(draft) == ["Troisième", "Deuxième", "Ordinateur portable 11,6 pouces"]


def test_a_line_beside_one_that_a_colleague_removed_does_not_move(as_member, draft, lines):
    passed = lines[1].pk
    lines[1].delete()

    response = as_member.post(TABLE, {"do": f"up.{lines[2].pk}.{passed}"}, headers=HTMX)

    assert response.status_code == 409
    assert order(draft) == ["Ordinateur portable 11,6 pouces", "Troisième"]


def test_a_line_is_copied_once_just_after(as_member, draft, lines):
    data = {"do": f"copy.{lines[1].pk}", "form_token": str(uuid4())}

    for _ in range(2):
        response = as_member.post(TABLE, data, headers=HTMX)

    assert response.status_code == 200
    assert order(draft) == ["Ordinateur portable 11,6 pouces", "Deuxième", "Serveur pédagogique", "Troisième"]


def test_without_javascript_the_rows_typed_are_saved_before_the_move(as_member, draft, lines):
    first = lines[0]
    typed = {f"n-{first.pk}-version": 1, f"n-{first.pk}-quantity": "7", f"n-{first.pk}-priority": "1", f"n-{first.pk}-detail": ""}

    as_member.post(TABLE, typed | {"do": f"down.{first.pk}.{lines[1].pk}"})

    first.refresh_from_db()
    assert (first.quantity, order(draft)[0]) == (7, "Deuxième")


@pytest.mark.parametrize("do", ["sell.1", "up.1", "copy.1.2", "copy.x", "up.1.", "copy.99999999999"])
def test_an_act_that_does_not_exist_is_not_found(as_member, lines, do):
    assert as_member.post(TABLE, {"do": do}).status_code == 404


KIT = "/dossiers/AAP-0001/besoins/besoins/kits/salle/"


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_a_kit_is_added_in_one_press_and_once(as_member, headers):
    data = {"form_token": str(uuid4())}

    for _ in range(2):
        response = as_member.post(KIT, data, headers=headers)

    assert response.status_code == (200 if headers else 302)
    line = RequestLine.objects.get(item_code="serveur")
    assert (line.quantity, line.priority, str(line.unit_price_amount)) == (1, 2, "6480.00")
    assert JournalEntry.objects.get(action="add_needs").data["how"] == "du kit « Salle »"


def test_the_kits_of_the_call_are_shown_with_what_they_hold(as_member):
    page = text_of(as_member.get(SECTION)).replace("\xa0", " ")

    assert "7 776 € TTC" in page
    assert "1 × Serveur pédagogique" in page


def test_a_kit_that_the_call_does_not_propose_is_not_found(as_member):
    assert as_member.post(KIT.replace("salle", "piscine")).status_code == 404
