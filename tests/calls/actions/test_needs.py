from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from calls.actions import needs
from calls.actions.needs import LineValues, StaleLine, add_line, change_line, remove_line
from calls.actions.writing import WritingRefused
from calls.models import Application, RequestLine
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory

pytestmark = pytest.mark.django_db
VALUES = LineValues(quantity=10, priority=2, is_essential=True, detail="Salle B 112")


@pytest.fixture
def application():
    return ApplicationFactory()


@pytest.fixture
def member(application):
    return person(Role.MEMBER, at=application.establishment)


@pytest.fixture
def question(application):
    return application.questionnaire.schema.question("besoins")


def test_a_line_takes_its_price_from_the_list_of_the_call(application, question, member):
    line = add_line(application=application, question=question, item_code="serveur", values=VALUES, actor=member)

    assert (line.label, line.kind, line.unit_price_amount, line.vat_rate) == (
        "Serveur pédagogique",
        "equipment",
        Decimal("6480.00"),
        Decimal("20.0"),
    )
    assert (line.quantity, line.priority, line.is_essential, line.detail, line.updated_by) == (10, 2, True, "Salle B 112", member)
    assert Application.objects.get().requested_amount == Decimal("77760.00")


def test_an_article_that_the_list_does_not_have_is_refused(application, question, member):
    with pytest.raises(WritingRefused) as refusal:
        add_line(application=application, question=question, item_code="yacht", values=VALUES, actor=member)

    assert refusal.value.reasons == ["Cet article ne figure pas dans la liste de l’appel."]
    assert RequestLine.objects.count() == 0


def test_a_table_has_a_bounded_number_of_lines(application, question, member, monkeypatch):
    monkeypatch.setattr(needs, "MOST_LINES", 1)
    add_line(application=application, question=question, item_code="serveur", values=VALUES, actor=member)

    with pytest.raises(WritingRefused) as refusal:
        add_line(application=application, question=question, item_code="serveur", values=VALUES, actor=member)

    assert refusal.value.reasons == ["Un tableau compte 1 lignes au plus."]


def test_changing_and_removing_a_line_keep_the_amount_of_the_file(application, question, member):
    line = add_line(application=application, question=question, item_code="portable-11", values=VALUES, actor=member)
    change_line(application=application, line=line, values=LineValues(3, 1, False), seen_version=1, actor=member)
    assert Application.objects.get().requested_amount == Decimal("1483.20")

    remove_line(application=application, line=line, seen_version=2, actor=member)
    remove_line(application=application, line=line, seen_version=1, actor=member)
    assert Application.objects.get().requested_amount == Decimal("0.00")


def test_a_stale_line_is_refused_and_shows_the_one_in_place(application, question, member):
    mehdi = person(Role.MEMBER, at=application.establishment)
    line = add_line(application=application, question=question, item_code="portable-11", values=LineValues(28, 1, False), actor=member)
    change_line(application=application, line=line, values=LineValues(34, 1, False), seen_version=1, actor=mehdi)

    with pytest.raises(StaleLine) as stale:
        change_line(application=application, line=line, values=LineValues(30, 1, False), seen_version=1, actor=member)

    assert (stale.value.current.quantity, stale.value.current.updated_by, stale.value.values.quantity) == (34, mehdi, 30)
    assert RequestLine.objects.get().quantity == 34


def test_a_line_removed_meanwhile_is_told_and_not_made_again(application, question, member):
    line = add_line(application=application, question=question, item_code="portable-11", values=VALUES, actor=member)
    remove_line(application=application, line=line, seen_version=1, actor=member)

    with pytest.raises(StaleLine) as stale:
        change_line(application=application, line=line, values=LineValues(30, 1, False), seen_version=1, actor=member)

    assert stale.value.current is None
    assert RequestLine.objects.count() == 0


def test_needs_of_another_lycee_are_out_of_reach(application, question):
    stranger = person(Role.HEAD, at=ApplicationFactory().establishment)

    with pytest.raises(PermissionDenied):
        add_line(application=application, question=question, item_code="serveur", values=VALUES, actor=stranger)

    assert RequestLine.objects.count() == 0
