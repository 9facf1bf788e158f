"""What a reader to whom a file is hidden may work out of a sitting: pages and workbook with and without the conflict, by difference."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from exports.registry import workbook_kind
from exports.xlsx.workbook import write_workbook
from scoring.models import InterestDeclaration
from tests.factories.deliberation import deliberation, sit
from tests.factories.jury import with_second_factor
from tests.reading import rows_of, tree_of, words_of

pytestmark = pytest.mark.django_db

CAUSES = ("enveloppe", "Écarté par", "Il manque")


@pytest.fixture
def made():
    """Four files at 100 €, 251,37 € to share: two are retained, the third and the fourth lack money."""
    return sit(deliberation(money="251.37"))


def pages(client, made, user) -> dict[str, str]:
    client.force_login(with_second_factor(user))
    addresses = {
        "session": made.session.get_absolute_url(),
        "compare": reverse("scoring:session_compare", args=[made.session.pk]),
        "list": reverse("scoring:sessions"),
    }
    return {name: words_of(tree_of(client.get(address)).find("main")) for name, address in addresses.items()}


def workbook(user, call) -> str:
    title, sheets, _ = workbook_kind("scenarios").sheets(user, {"call": call.reference})
    book = load_workbook(BytesIO(write_workbook(sheets, title=title)))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True, min_row=3) for cell in row if cell is not None)


def test_with_a_hidden_file_neither_the_envelope_nor_a_cause_of_money_is_read(client, made):
    open_eyes = pages(client, made, made.juror)
    assert "251" in open_eyes["compare"]
    assert any(cause in open_eyes["session"] for cause in CAUSES)
    assert any(cause in workbook(made.juror, made.call) for cause in CAUSES)

    InterestDeclaration.objects.create(user=made.juror, application=made.files[0], reason="Famille")
    discreet = pages(client, made, made.juror)

    for page in ("session", "compare"):
        assert "251" not in discreet[page]
        assert made.files[0].reference not in discreet[page]
    lines = " ".join(" ".join(row) for row in rows_of(client.get(made.session.get_absolute_url()), "table.pr-stack--rank"))
    for text in (lines, workbook(made.juror, made.call)):
        assert [text[max(0, text.find(c) - 60) : text.find(c) + 40] for c in CAUSES if c in text] == []
        assert "Non retenu" in text


def test_a_hidden_file_leaves_the_other_lines_the_same_whether_it_is_retained_or_not(client):
    """The hidden file is the best of one call and the worst of the other: its neighbours read the same words."""
    told = []
    for hidden in (0, 3):
        made = sit(deliberation(marks=(90, 80, 70, 60), money=100))
        InterestDeclaration.objects.create(user=made.juror, application=made.files[hidden], reason="Famille")
        client.force_login(with_second_factor(made.juror))
        page = client.get(made.session.get_absolute_url())
        assert page.context["screen"].budget  # the reader's page knows it, and does not show it
        told.append({row.reason for row in page.context["screen"].rows if not row.line.is_selected})

    assert told == [{"Non retenu."}, {"Non retenu."}]
