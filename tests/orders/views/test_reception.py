import io
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from orders.models import CablingWork, PurchaseOrder, Reserve
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import figures
from tests.factories.accounts import person
from tests.factories.orders import CablingWorkFactory, OrderLineFactory, PurchaseOrderFactory, ReserveFactory

pytestmark = pytest.mark.django_db


TOO_FAR = f"Cette date est trop lointaine : le {figures(timezone.localdate() + timedelta(days=366))} au plus tard. Vérifiez l’année."


@pytest.fixture
def order():
    return OrderLineFactory(order__delivered=True, quantity=15, delivered_quantity=15).order


@pytest.fixture
def head(order, sign_in):
    return sign_in(Role.HEAD, at=order.establishment)


def sign(client, order, **data):
    return client.post(f"{order.get_absolute_url()}reception/", {"lignes": "1", **data})


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return SimpleUploadedFile("ecran-07.png", content.getvalue(), "image/png")


def test_signing_without_reserve(client, order, head):
    answer = sign(client, order, verdict="sans")

    assert answer.url == order.get_absolute_url()
    assert PurchaseOrder.objects.get().state == "accepted"
    assert JournalEntry.objects.get(action="accept").actor == head


def test_signing_with_two_reserves(client, order, head):
    due_on = timezone.localdate() + timedelta(days=20)

    sign(client, order, verdict="avec", lignes="2", reserve_1="Écran 07 rayé.", due_1=str(due_on), reserve_2="Un chargeur manque.")

    assert PurchaseOrder.objects.get().state == "accepted_with_reserves"
    assert list(Reserve.objects.values_list("text", "due_on", "raised_by")) == [
        ("Écran 07 rayé.", due_on, head.pk),
        ("Un chargeur manque.", None, head.pk),
    ]


def test_asking_for_one_more_line_keeps_what_is_typed_and_signs_nothing(client, order, head):
    page = sign(client, order, verdict="avec", reserve_1="Écran 07 rayé.", ajouter="1")

    form = page.context["form"]
    assert (page.status_code, form.rows, form["reserve_1"].value(), form["verdict"].value()) == (200, 2, "Écran 07 rayé.", "avec")
    assert not form.errors
    assert (PurchaseOrder.objects.get().state, Reserve.objects.count()) == ("delivered", 0)


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({}, {"verdict": ["Choisissez votre constat."]}),
        ({"verdict": "refus"}, {"verdict": ["Choisissez l’un des deux constats."]}),
        ({"verdict": "avec", "reserve_1": "  "}, {"reserve_1": ["Écrivez au moins une réserve, ou choisissez « sans réserve »."]}),
        (
            {"verdict": "sans", "reserve_1": "Rayé."},
            {"verdict": ["Vous avez écrit une réserve : choisissez « avec réserves », ou effacez-la."]},
        ),
        ({"verdict": "avec", "reserve_1": "Rayé.", "due_1": "2020-01-01"}, {"due_1": ["Cette date est passée."]}),
        ({"verdict": "avec", "reserve_1": "Rayé.", "due_1": "2099-12-31"}, {"due_1": [TOO_FAR]}),
        (
            {"verdict": "avec", "reserve_1": "x" * 1002},
            {"reserve_1": ["Le texte compte 1\xa0002 signes pour 1\xa0000 au plus : retirez-en 2."]},
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_signed(client, order, head, data, errors):
    page = sign(client, order, **data)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == set(errors)
    assert all(page.context["form"].errors[name] == said for name, said in errors.items() if said)
    assert (PurchaseOrder.objects.get().state, Reserve.objects.count(), JournalEntry.objects.count()) == ("delivered", 0, 0)


def test_what_nobody_sees_in_a_reserve_is_not_kept_and_is_said(client, order, head):
    signed = sign(client, order, verdict="avec", reserve_1="Rayé.\x00")

    said = [str(message) for message in get_messages(signed.wsgi_request)]
    assert signed.status_code == 302
    assert Reserve.objects.get().text == "Rayé."
    assert "1\xa0caractère invisible, venu d’un copier-coller, a été retiré de « Réserve 1 »." in said


@pytest.mark.parametrize("lines", ["999", "-1", "abc", "１２", "9999999999"])
def test_a_crafted_number_of_lines_is_brought_back_to_reason(client, order, head, lines):
    page = sign(client, order, lignes=lines)

    assert 1 <= page.context["form"].rows <= 12


def test_signing_twice_is_done_once(client, order, head):
    sign(client, order, verdict="sans")

    again = sign(client, order, verdict="sans")

    assert again.url == order.get_absolute_url()
    assert JournalEntry.objects.filter(action="accept").count() == 1


def test_signing_after_somebody_else_is_refused(client, order, head):
    sign(client, order, verdict="avec", reserve_1="Rayé.")
    client.force_login(person(Role.HEAD, at=order.establishment))

    late = sign(client, order, verdict="sans")

    assert late.status_code == 409
    assert PurchaseOrder.objects.get().state == "accepted_with_reserves"


def test_a_photo_goes_with_its_reserve(client, order, head):
    sign(client, order, verdict="avec", reserve_1="Écran 07 rayé.", photo_1=picture())

    photo = StoredFile.objects.get(purpose="reserve_photo")
    page = client.get(order.get_absolute_url()).content.decode()
    assert (photo.subject_id, photo.name) == (str(Reserve.objects.get().pk), "ecran-07.png")
    assert photo.get_absolute_url() in page
    assert client.get(photo.get_absolute_url()).status_code == 200


def test_a_photo_to_choose_again_is_said(client, order, head):
    more = sign(client, order, verdict="avec", reserve_1="Rayé.", photo_1=picture(), ajouter="1")
    wrong = sign(client, order, reserve_1="Rayé.", photo_1=picture())
    without = sign(client, order, reserve_1="Rayé.")

    assert [page.context["form"].lost_photos for page in (more, wrong, without)] == [True, True, False]
    assert "Les photos sont à choisir de nouveau." in more.content.decode()


def test_a_photo_is_read_by_those_who_see_the_order(client, order, head):
    sign(client, order, verdict="avec", reserve_1="Écran 07 rayé.", photo_1=picture())
    address = StoredFile.objects.get(purpose="reserve_photo").get_absolute_url()
    answers = []

    for reader in (person(Role.ORDERS), person(Role.HEAD, at=PurchaseOrderFactory(sent=True).establishment), person(Role.JUROR)):
        client.force_login(reader)
        answers.append(client.get(address).status_code)

    assert answers == [200, 404, 404]


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_signed(client, order, head):
    wrong = SimpleUploadedFile("ecran.png", b"<html><script>alert(1)</script>", "image/png")

    page = sign(client, order, verdict="avec", reserve_1="Écran 07 rayé.", photo_1=wrong)

    assert page.status_code == 422
    assert "« ecran.png » n’a pas été enregistré" in page.context["form"].non_field_errors()[0]
    assert (PurchaseOrder.objects.get().state, Reserve.objects.count(), JournalEntry.objects.count()) == ("delivered", 0, 0)


def test_lifting_the_last_reserve_moves_the_order_on(client, sign_in):
    reserve = ReserveFactory()
    sign_in(Role.HEAD, at=reserve.order.establishment)
    address = f"{reserve.order.get_absolute_url()}reserves/{reserve.pk}/"

    empty = client.post(address, {"note": ""})
    answer = client.post(address, {"note": "Écrans remplacés."})
    again = client.post(address, {"note": "Encore."})

    assert (empty.status_code, answer.url, again.status_code) == (422, reserve.order.get_absolute_url(), 409)
    assert PurchaseOrder.objects.get().state == "accepted"


def test_a_reserve_is_reached_through_its_own_order(client, officer):
    reserve, other = ReserveFactory(), ReserveFactory()

    assert client.get(f"{other.order.get_absolute_url()}reserves/{reserve.pk}/").status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE])
def test_readers_lift_no_reserve(client, sign_in, role):
    reserve = ReserveFactory()
    sign_in(role)

    assert client.post(f"{reserve.order.get_absolute_url()}reserves/{reserve.pk}/", {"note": "Vu."}).status_code == 403


def test_a_head_of_another_school_lifts_nothing(client, sign_in):
    reserve = ReserveFactory()
    sign_in(Role.HEAD, at=ReserveFactory().order.establishment)

    assert client.post(f"{reserve.order.get_absolute_url()}reserves/{reserve.pk}/", {"note": "Vu."}).status_code == 404


def test_works_are_accepted_by_the_technician(client, sign_in):
    work = CablingWorkFactory(pre_acceptance=True)
    sign_in(Role.TECHNICIAN)

    sign(client, work, verdict="avec", reserve_1="Étiquetage de la baie B.")

    assert CablingWork.objects.get().state == "accepted_with_reserves"
    assert Reserve.objects.get().work == work


def test_the_head_of_the_school_does_not_accept_works(client, sign_in):
    work = CablingWorkFactory(pre_acceptance=True)
    sign_in(Role.HEAD, at=work.establishment)

    assert sign(client, work, verdict="sans").status_code == 403
