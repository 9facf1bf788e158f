"""A column is declared once: its head, its cells, its order, its name on a narrow screen, its cell in a workbook."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from exports.xlsx.workbook import MONEY, SheetColumn
from portal.text import french
from portal.ui import icons
from portal.ui.paginate import paginate
from portal.ui.tables import (
    Column,
    TitleRow,
    TotalRow,
    blank,
    joined,
    own_page,
    plain,
    present,
    short_day,
    sorts,
    total_row,
    whole_euros,
)
from tests.reading import elements_of, links_of, rows_of, texts_of, the, tree_of, words_of

NAME = Column("nom", "Nom", "name", link=own_page, small="town", small_css="pr-num", css="w", row_header=True, sort=("key", "town"))
AMOUNT = Column("montant", "Montant", "amount", whole_euros, css="n", sort="amount")
COLUMNS = [NAME, AMOUNT]
DUE_COLUMN = Column("date", "Date", "due", short_day, css="pr-num", narrow="Échéance")
HERE = "tests.portal.ui.test_tables"


class School(SimpleNamespace):
    def get_absolute_url(self):
        return f"/lycees/{self.pk}/"


def schools(number: int = 1) -> list[School]:
    return [
        School(pk=n, name=f"Lycée {n}", town="Metz", amount=Decimal(1000 * n), due=date(2027, 3, n), state="ouvert" if n < 3 else "fermé")
        for n in range(1, number + 1)
    ]


def by_state(rows):
    for state in ("ouvert", "fermé"):
        yield TitleRow(state, "montant", french.euros(sum(row.amount for row in rows if row.state == state), 0), narrow="Sous-total")
        yield from (row for row in rows if row.state == state)


def total_of(rows) -> list[TotalRow]:
    return [TotalRow("En tout", "montant", whole_euros(sum(row.amount for row in rows)), css="total", narrow="Total")]


def marked(row):
    return format_html(' id="lycee-{}"', row.pk)


# -- The whole table ----------------------------------------------------------------------------------------------------


def test_table_draws_caption_head_rows_and_names_of_a_narrow_screen(draw):
    html = draw('{% table columns rows caption="Lycées" css="pr-stack--3" %}', {"columns": [NAME, DUE_COLUMN], "rows": schools()})

    assert html == (
        '<div class="pr-scroll"><table class="pr-table pr-stack pr-stack--3"><caption class="visually-hidden">Lycées</caption>'
        '<thead><tr><th scope="col">' + heading("nom", "Nom") + "</th>"
        '<th scope="col">Date</th></tr></thead>'
        "<tbody><tr>"
        '<th scope="row" class="w"><a href="/lycees/1/">Lycée 1</a><small class="pr-num">Metz</small></th>'
        '<td class="pr-num" data-l="Échéance">1er mars</td></tr></tbody></table></div>'
    )


def heading(key: str, label: str) -> str:
    sign = icons.draw("chevron-up-down", "sm")
    return f'<a class="pr-sort" href="?tri={key}">{label} {sign}<span class="visually-hidden">, trier</span></a>'


def test_numbers_are_aligned_in_the_head_as_in_the_cells(draw):
    html = draw('{% table columns rows caption="Lycées" %}', {"columns": [replace(AMOUNT, sort=())], "rows": schools()})

    assert texts_of(html, 'th[scope="col"].n') == ["Montant"]
    assert texts_of(html, 'td[data-l="Montant"].n') == ["1\u00a0000\u00a0€"]


@pytest.mark.parametrize(
    ("options", "beginning"),
    [
        ("", '<div class="pr-scroll"><table class="pr-table pr-stack">'),
        ("scroll=False", '<table class="pr-table pr-stack">'),
        ("scroll=False stack=False", '<table class="pr-table">'),
        (
            'scroll="Classement, tableau défilant"',
            '<div class="pr-scroll" tabindex="0" role="region" aria-label="Classement, tableau défilant"><table class="pr-table pr-stack"',
        ),
    ],
)
def test_table_may_scroll_by_the_keyboard_or_never_scroll(draw, options, beginning):
    assert draw(f'{{% table columns rows caption="X" {options} %}}', {"columns": COLUMNS, "rows": []}).startswith(beginning)


def test_caption_holds_a_value_escaped(draw):
    html = draw('{% table columns rows caption="Lots de {}" of=name %}', {"columns": COLUMNS, "rows": [], "name": "A & B"})

    assert texts_of(html, "caption.visually-hidden") == ["Lots de A & B"]


def test_nothing_that_a_person_typed_becomes_an_element(draw):
    typed = '<b>x</b>"'
    row = School(pk=typed, name=typed, town=typed)
    column = Column("nom", typed, "name", link=own_page, small="town", css="w", narrow=typed)

    html = draw("{% table columns rows caption=typed scroll=typed empty=typed %}", {"columns": [column], "rows": [row], "typed": typed})

    assert elements_of(html, "b") == []
    assert html.count("&lt;b&gt;x&lt;/b&gt;&quot;") == 7  # in attributes too


def test_table_without_row_says_so_in_one_line(draw):
    html = draw('{% table columns rows caption="Lycées" empty="Aucun lycée." %}', {"columns": COLUMNS, "rows": []})

    assert rows_of(html, "tbody") == [["Aucun lycée."]]
    assert texts_of(html, 'tr > td[colspan="2"].w') == ["Aucun lycée."]


def test_columns_may_be_named_by_their_address(draw):
    html = draw('{% table "tests.portal.ui.test_tables.COLUMNS" rows caption="Lycées" %}', {"rows": schools(2)})

    assert len(elements_of(html, "th[scope]")) == 4


# -- Columns ------------------------------------------------------------------------------------------------------------


def test_column_is_there_only_for_whom_it_is_meant(draw):
    columns = [NAME, Column("action", "Action", lambda row: "Agir", hidden=True, only="manages")]

    shown = draw('{% table columns rows caption="X" %}', {"columns": columns, "rows": schools(), "manages": True})
    kept = draw('{% table columns rows caption="X" %}', {"columns": columns, "rows": schools(), "manages": False})

    assert texts_of(shown, 'th[scope="col"] > span.visually-hidden') == ["Action"]
    assert texts_of(shown, "td:not([data-l])") == ["Agir"]
    assert "Agir" not in kept
    assert present(columns, {}) == [NAME]


def test_names_on_a_narrow_screen(draw):
    column = Column("x", "Demandé", "name")

    assert column.attrs == ' data-l="Demandé"'
    assert replace(column, narrow="Demandé TTC").attrs == ' data-l="Demandé TTC"'
    assert replace(column, narrow="").attrs == ""
    assert replace(column, hidden=True).attrs == ""
    assert replace(column, row_header=True).attrs == ' scope="row"'


def test_what_is_absent_is_a_dash_or_nothing():
    assert [plain(None), plain(""), plain("Metz"), plain(12), plain(Decimal("1.5"))] == ["–", "–", "Metz", "12", "1,5"]
    assert [blank(None), blank(""), blank("Metz")] == ["", "", "Metz"]


def test_link_without_address_is_left_out():
    column = Column("nom", "Nom", "name", link=lambda row: "/x/" if row.pk == 1 else "", small=lambda row: row.town if row.pk == 1 else "")

    first, second = schools(2)

    assert column.draw(first) == '<a href="/x/">Lycée 1</a><small>Metz</small>'
    assert column.draw(second) == "Lycée 2"


def test_markup_of_a_function_stays_markup():
    assert Column("x", "X", lambda row: mark_safe("<b>1</b>")).draw(None) == "<b>1</b>"
    assert Column("x", "X", lambda row: joined("<br>", ["a<", mark_safe("<i>b</i>")])).draw(None) == "a&lt;<br><i>b</i>"


def test_template_of_a_cell_sees_the_page_and_the_row(draw, settings):
    loader = {"cell.html": "{{ title }} {{ row.name }}", "value.html": "{{ row }}"}
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "APP_DIRS": False,
            "OPTIONS": {**settings.TEMPLATES[0]["OPTIONS"], "loaders": [("django.template.loaders.locmem.Loader", loader)]},
        }
    ]
    columns = [
        Column("a", "A", template="cell.html", small="town"),
        Column("b", "B", "name", template="value.html", link=own_page),
    ]

    html = draw('{% table columns rows caption="X" %}{{ row }}', {"columns": columns, "rows": schools(), "title": "<Page>"})

    assert texts_of(html, 'td[data-l="A"]') == ["<Page> Lycée 1Metz"]
    assert texts_of(html, 'td[data-l="A"] > small') == ["Metz"]
    assert links_of(html, 'td[data-l="B"]') == [("Lycée 1", "/lycees/1/")]
    assert words_of(tree_of(html)).endswith("Lycée 1")  # nothing of the row is left in the page


def test_same_column_for_rows_that_hold_the_record():
    column = NAME.through("school")
    row = SimpleNamespace(school=schools()[0])

    assert (column.key, column.sort, column.read(row)) == ("nom", ("key", "town"), "Lycée 1")
    assert column.draw(row) == NAME.draw(row.school)
    assert AMOUNT.through(lambda pair: pair[1]).read((0, row.school)) == Decimal(1000)


# -- Order --------------------------------------------------------------------------------------------------------------


def test_order_allows_what_the_columns_declare():
    assert sorts([NAME, AMOUNT, Column("x", "X", "x")]) == {"nom": ("key", "town"), "montant": "amount"}


@pytest.mark.parametrize(
    ("sort", "state", "target"),
    [("nom", "ascending", "-nom"), ("-nom", "descending", "nom"), ("montant", None, "nom")],
)
def test_head_follows_the_order_given_by_the_view(draw, sort, state, target):
    html = draw('{% table columns rows caption="X" %}', {"columns": COLUMNS, "rows": [], "sort": sort}, url="/l/?q=a%26b&page=3&tri=x")

    name = elements_of(html, 'th[scope="col"]')[0]
    assert (name.get("aria-sort"), the(name, "a.pr-sort")["href"]) == (state, f"?q=a%26b&tri={target}")
    assert len(elements_of(html, "th[aria-sort]")) == 1


@pytest.mark.parametrize(("asked", "state", "target"), [("nom", "ascending", "-nom"), ("-nom", "descending", "nom")])
def test_head_follows_the_order_of_the_address_otherwise(draw, asked, state, target):
    html = draw('{% table columns rows caption="X" %}', {"columns": COLUMNS, "rows": []}, url=f"/liste/?tri={asked}")

    assert [sorted_by["aria-sort"] for sorted_by in elements_of(html, "th[aria-sort]")] == [state]
    assert the(html, "th[aria-sort] > a.pr-sort")["href"] == f"?tri={target}"


# -- Groups, foot, attributes -------------------------------------------------------------------------------------------


def test_titles_among_the_rows_begin_a_group_each(draw):
    html = draw('{% table columns rows caption="X" unfold=how %}', {"columns": COLUMNS, "rows": schools(3), "how": f"{HERE}.by_state"})
    beside = draw('{% table columns rows caption="X" unfold="by_state" %}', {"columns": f"{HERE}.COLUMNS", "rows": schools(3)})

    assert beside == html
    assert [len(elements_of(body, "tr")) for body in elements_of(html, "tbody")] == [1 + 2, 1 + 1]
    assert texts_of(html, 'tr.group > th[scope="rowgroup"]') == ["ouvert", "fermé"]
    assert texts_of(html, 'tr.group > td[data-l="Sous-total"].n') == ["3\u00a0000\u00a0€"] * 2
    assert [row[0] for row in rows_of(html)] == ["Nom , trier", "ouvert", "Lycée 1Metz", "Lycée 2Metz", "fermé", "Lycée 3Metz"]


def test_title_without_figure_spans_the_table(draw):
    html = draw('{% table columns rows caption="X" %}', {"columns": COLUMNS, "rows": [TitleRow("Sans groupe")]})

    assert texts_of(html, 'th[scope="rowgroup"][colspan="2"]:last-child') == ["Sans groupe"]


def test_foot_stands_under_its_column(draw):
    columns = [NAME, DUE_COLUMN, AMOUNT, Column("x", "X", "town")]

    html = draw(
        '{% table columns rows caption="X" foot="tests.portal.ui.test_tables.total_of" %}', {"columns": columns, "rows": schools(2)}
    )

    assert rows_of(html, "tfoot") == [["En tout", "3\u00a0000\u00a0€", ""]]
    assert texts_of(html, 'tfoot:last-child tr.total > th[scope="row"][colspan="2"]') == ["En tout"]
    assert texts_of(html, 'tfoot td[data-l="Total"].n') == ["3\u00a0000\u00a0€"]


def test_foot_leaves_the_column_of_boxes_empty():
    columns = [Column("boite", "Cocher", "name", css="pick"), NAME, AMOUNT, NAME, NAME]

    assert total_row(TotalRow("Total", "montant", "1 €"), columns) == (
        '<tr><td></td><th scope="row">Total</th><td class="n">1 €</td><td colspan="2"></td></tr>'
    )


def test_line_has_attributes_of_its_own(draw):
    html = draw('{% table columns rows caption="X" attrs="tests.portal.ui.test_tables.marked" %}', {"columns": COLUMNS, "rows": schools()})

    assert len(elements_of(html, "tbody > tr#lycee-1")) == 1


# -- Pieces, workbook, cost ---------------------------------------------------------------------------------------------


def test_pieces_serve_a_table_whose_rows_a_template_draws(draw):
    html = draw('{% table_head columns %}<td{% cell columns "montant" %}>12</td>', {"columns": [replace(AMOUNT, sort=())]})

    assert html == ('<thead><tr><th scope="col" class="n">Montant</th></tr></thead><td class="n" data-l="Montant">12</td>')


def test_workbook_takes_the_same_declaration():
    column = SheetColumn.of(AMOUNT.through("school"), format=MONEY, width=16)

    assert (column.key, column.heading, column.format, column.width) == ("montant", "Montant", MONEY, 16)
    assert column.value(SimpleNamespace(school=schools()[0])) == Decimal(1000)
    assert SheetColumn.of(AMOUNT, key="montant_ttc", heading="Montant TTC").heading == "Montant TTC"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_table_adds_no_query_to_those_of_its_rows(draw, django_assert_num_queries, count):
    page = paginate(RequestFactory().get("/"), schools(count))

    with django_assert_num_queries(0):
        html = draw('{% table columns page caption="X" %}', {"columns": COLUMNS, "page": page})

    assert len(rows_of(html)) == count + 1
