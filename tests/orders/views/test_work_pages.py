from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.text import format_lazy

from orders.models import CablingWork, Lot
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.text.dates import figures
from portal.ui.fields import EXAMPLE_DAY
from tests.factories.orders import CablingWorkFactory, ReserveFactory, WorkLineFactory

pytestmark = pytest.mark.django_db


def url(work, page="") -> str:
    return f"/travaux/{work.number}/{page}"


def day(shift: int) -> str:
    return str(timezone.localdate() + timedelta(days=shift))


def shown(shift: int) -> str:
    return figures(timezone.localdate() + timedelta(days=shift))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_works_costs_the_same_whatever_its_lines(client, officer, count, django_assert_num_queries):
    work = CablingWorkFactory(with_reserves=True)
    WorkLineFactory.create_batch(count, work=work)
    ReserveFactory.create_batch(count, order=None, work=work)
    client.get(url(work))

    with django_assert_num_queries(16):
        client.get(url(work))


def test_works_from_survey_to_closing_in_the_browser(client, sign_in):
    work = WorkLineFactory().work
    sign_in(Role.TECHNICIAN)
    client.post(url(work, "visite/"), {"on": day(-30), "remarks": "Baie B à déplacer."})
    client.post(url(work, "devis/"), {"amount": "18 480", "vat_rate": "20.0", "reference": "D-2026-31"})
    sign_in(Role.ORDERS)
    client.post(url(work, "ordre-de-service/"), {"starts_on": day(1), "due_on": day(40), "commitment_number": "2026-9"})
    CablingWork.objects.update(ordered_at=timezone.now() - timedelta(days=20))
    sign_in(Role.TECHNICIAN)
    client.post(url(work, "demarrage/"), {"on": day(-10)})
    client.post(url(work, "opr/"), {"on": day(-1)})
    client.post(url(work, "reception/"), {"verdict": "avec", "lignes": "1", "reserve_1": "Étiquetage de la baie B."})
    reserve = CablingWork.objects.get().reserves.get()
    client.post(url(work, f"reserves/{reserve.pk}/"), {"note": "Étiqueté."})
    sign_in(Role.FINANCE)
    client.post(url(work, "facture/"), {"number": "F-1", "received_on": day(0), "amount": "22 176,00"})
    client.post(url(work, "action/close/"))

    work.refresh_from_db()
    told = list(JournalEntry.objects.filter(subject_id=str(work.pk)).order_by("pk").values_list("action", flat=True))
    assert (work.state, work.surveyed_on, work.quote_amount) == ("closed", timezone.localdate() - timedelta(days=30), Decimal("18480.00"))
    assert Lot.objects.get(pk=work.lot_id).ordered_amount == Decimal("18480.00")
    assert [name for name in told if name != "document_issued"] == [
        "survey",
        "record_quote",
        "order",
        "start",
        "hold_pre_acceptance",
        "accept_with_reserves",
        "lift_reserve",
        "lift_reserves",
        "record_invoice",
        "close",
    ]


@pytest.mark.parametrize(
    ("traits", "page", "data", "errors"),
    [
        ({}, "visite/", {"on": day(1)}, {"on": ["Cette date est dans le futur."]}),
        ({}, "visite/", {"on": "2001-01-01"}, {"on": [f"Cette date est trop ancienne : le {shown(-366)} au plus tôt. Vérifiez l’année."]}),
        ({}, "visite/", {"on": "31/02/2026"}, {"on": [format_lazy("Indiquez une date, par exemple {}.", EXAMPLE_DAY)]}),
        (
            {"surveyed": True},
            "devis/",
            {"amount": "0", "vat_rate": "20.0", "reference": "D"},
            {"amount": ["Le montant est d’au moins 0,01\u00a0€."]},
        ),
        ({"surveyed": True}, "devis/", {"amount": "1e309", "vat_rate": "20.0", "reference": "D"}, {"amount": None}),
        (
            {"surveyed": True},
            "devis/",
            {"amount": "NaN", "vat_rate": "20.0", "reference": ""},
            {"amount": None, "reference": ["Ce champ est obligatoire."]},
        ),
        ({"quoted": True}, "ordre-de-service/", {"starts_on": day(5), "due_on": day(4)}, {"due_on": ["La fin vient après le début."]}),
        ({"quoted": True}, "ordre-de-service/", {"starts_on": day(-1), "due_on": day(4)}, {"starts_on": ["Cette date est passée."]}),
        (
            {"quoted": True},
            "ordre-de-service/",
            {"starts_on": day(367), "due_on": day(400)},
            {"starts_on": [f"Cette date est trop lointaine : le {shown(366)} au plus tard. Vérifiez l’année."]},
        ),
        (
            {"quoted": True},
            "ordre-de-service/",
            {"starts_on": day(9), "due_on": "2099-12-31"},
            {"due_on": [f"Cette date est trop lointaine : le {shown(740)} au plus tard, deux ans après le début. Vérifiez l’année."]},
        ),
    ],
)
def test_wrong_entries_are_said_and_nothing_moves(client, officer, traits, page, data, errors):
    work = CablingWorkFactory(**traits)

    answer = client.post(url(work, page), data)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(errors)
    assert all(answer.context["form"].errors[name] == said for name, said in errors.items() if said)
    assert all(answer.context["form"][name].value() == typed for name, typed in data.items())
    assert (CablingWork.objects.get().state, JournalEntry.objects.count()) == (work.state, 0)


def test_a_step_does_not_precede_the_one_before(client, officer):
    work = CablingWorkFactory(in_progress=True)

    page = client.post(url(work, "opr/"), {"on": day(-16)})

    assert page.context["form"].errors == {"on": [f"L’étape précédente date du {work.started_on:%d/%m/%Y}."]}


def test_the_service_order_stays_within_the_lot(client, officer):
    work = CablingWorkFactory(quoted=True, lot__maximum_amount=Decimal("18479.99"))

    page = client.post(url(work, "ordre-de-service/"), {"starts_on": day(1), "due_on": day(40)})

    assert page.context["form"].non_field_errors() == [f"Le maximum du lot {work.lot.number} serait dépassé de 0,01\u00a0€ HT."]
    assert (CablingWork.objects.get().state, Lot.objects.get(pk=work.lot_id).ordered_amount) == ("quoted", 0)


@pytest.mark.parametrize("page", ["", "visite/", "devis/", "ordre-de-service/", "reception/", "action/cancel/"])
def test_another_school_finds_nothing(client, sign_in, page):
    work = CablingWorkFactory()
    sign_in(Role.HEAD, at=CablingWorkFactory().establishment)

    assert client.get(url(work, page)).status_code == 404


@pytest.mark.parametrize("page", ["visite/", "devis/", "ordre-de-service/", "demarrage/", "opr/", "reception/", "action/cancel/"])
@pytest.mark.parametrize("role", [Role.HEAD, Role.AUDITOR, Role.FINANCE, Role.CALL_MANAGER])
def test_readers_change_nothing(client, sign_in, role, page):
    work = CablingWorkFactory()
    sign_in(role, at=work.establishment)

    assert client.get(url(work)).status_code == 200
    assert client.post(url(work, page), {"on": day(0), "reason": "Non"}).status_code == 403
    assert (CablingWork.objects.get().state, JournalEntry.objects.count()) == ("requested", 0)


@pytest.mark.parametrize("page", ["devis/", "demarrage/", "opr/", "reception/", "ordre-de-service/", "action/close/"])
def test_an_act_out_of_turn_is_refused(client, officer, page):
    work = CablingWorkFactory()

    assert client.post(url(work, page), {"on": day(0), "amount": "1", "reference": "D", "verdict": "sans"}).status_code == 409
    assert (CablingWork.objects.get().state, JournalEntry.objects.count()) == ("requested", 0)


@pytest.mark.parametrize("name", ["survey", "record_quote", "order", "accept", "inconnu"])
def test_acts_with_a_form_are_not_pressed_by_address(client, officer, name):
    work = CablingWorkFactory()

    assert client.post(url(work, f"action/{name}/")).status_code == 404


def test_cancelling_works_gives_the_quote_back(client, officer):
    work = CablingWorkFactory(ordered=True, lot__ordered_amount=Decimal("20000.00"))

    client.post(url(work, "action/cancel/"), {"reason": "Bâtiment fermé."})

    assert (CablingWork.objects.get().state, Lot.objects.get(pk=work.lot_id).ordered_amount) == ("cancelled", Decimal("1520.00"))
