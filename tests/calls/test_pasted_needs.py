"""What a text pasted from a spreadsheet says: tabs, CSV, headings or none, articles named otherwise."""

import pytest

from calls.forms.pasted_needs import read_pasted
from calls.questionnaire import parse
from calls.shipped.prices import price_list


@pytest.fixture(scope="module")
def question():
    asked = {"key": "besoins", "kind": "needs", "label": "Besoins", "items": price_list()}
    return parse({"sections": [{"key": "s", "title": "S", "questions": [asked]}]}).question("besoins")


def said(question, text) -> list[tuple]:
    lines = read_pasted(text, question).lines
    return [tuple(line.typed.get(name, "") for name in ("item", "quantity", "priority", "is_essential", "detail")) for line in lines]


def test_columns_are_known_by_their_headings_in_any_order(question):
    text = "Salle\tQuantité demandée\tIndispensable ?\tPriorité\tArticle\nB 12\t1 200\toui\tP2\tBorne Wi-Fi\n"

    assert said(question, text) == [("borne-wifi", "1200", "2", "on", "B 12")]


def test_without_headings_columns_are_known_by_what_they_hold(question):
    text = "Salle B 12\tBorne Wi-Fi\t4\t2\toui\nCDI\tImprimante réseau\t1\t3\tnon"

    assert said(question, text) == [("borne-wifi", "4", "2", "on", "Salle B 12"), ("imprimante", "1", "3", "", "CDI")]


def test_a_csv_is_read_with_its_quotes_and_line_breaks(question):
    text = 'article;quantité;précision\n"Poste fixe CAO";12,00;"Atelier\n""sud"""\n'

    assert said(question, text) == [("poste-cao", "12", "1", "", 'Atelier "sud"')]


def test_an_inch_does_not_swallow_the_lines_that_follow(question):
    text = 'article\tquantité\tprécision\nVidéoprojecteur interactif\t2\t"84\nServeur pédagogique\t1\tBaie'

    assert [line[:2] for line in said(question, text)] == [("videoprojecteur", "2"), ("serveur", "1")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 tablettes hybrides", ("tablette-hybride", "12")),
        ("3 x Baie de brassage", ("baie-brassage", "3")),
        ("Commutateurs réseau : 5", ("commutateur", "5")),
        ("Prise RJ45, salle de cours\t24", ("prise-rj45", "24")),
        ("portable-11\t30", ("portable-11", "30")),
        ("ordinateur portable\t2 u.", ("portable-11", "2")),
        ("Serveur pedagogiqe\t1", ("serveur", "1")),
        ("Poste\t2", ("", "2")),
        ("Piscine\t2", ("", "2")),
        ("Serveur pédagogique\tune dizaine", ("serveur", "une dizaine")),
    ],
)
def test_an_article_is_found_as_people_write_it(question, text, expected):
    line = read_pasted(text, question).lines[0]

    assert (line.typed["item"], line.typed["quantity"]) == expected or (line.typed["item"], line.typed["detail"]) == expected


def test_an_article_read_otherwise_than_written_is_told(question):
    near, several, none = (
        read_pasted(f"{text}\t1", question).lines[0].note.replace("\xa0", " ") for text in ("Tablettes", "Poste", "Piscine")
    )

    assert near == "« Tablettes » est lu comme « Tablette hybride » : vérifiez."
    assert several == "Plusieurs articles de l’appel correspondent à « Poste »."
    assert none == "Aucun article de l’appel ne correspond à « Piscine »."


def test_prices_and_totals_are_told_and_left_aside(question):
    read = read_pasted("Article\tPrix unitaire\tQté\nImprimante réseau\t999 €\t2\nTotal TTC\t\t1998\n", question)

    assert (read.unread, read.totals, len(read.lines)) == (["Prix unitaire"], 1, 1)


@pytest.mark.parametrize("text", ["", "\x00", "\t\t\n", ";;;\n;;", '"'])
def test_nothing_is_read_of_nothing(question, text):
    assert len(read_pasted(text, question).lines) <= 1
