from decimal import Decimal
from types import SimpleNamespace

import pytest

from portal.jobs.enums import JobState
from portal.ui.templatetags.ui_charts import share
from tests.reading import elements_of, rows_of, texts_of, the, tree_of, words_of


@pytest.mark.parametrize(("value", "total", "length"), [(1, 4, 25.0), (5, 4, 100.0), (-1, 4, 0.0), (1, 0, 0.0), (None, 4, 0.0)])
def test_share_stays_within_the_bar(value, total, length):
    assert share(value, total) == length


def test_meter_draws_its_length_as_an_attribute(draw):
    html = draw('{% meter 38 100 label="38 %" level="warn" %}')

    assert the(html, '[role="img"]')["aria-label"] == "38 %"
    assert the(html, "rect.g-warn").attrs == {"class": ["g-warn"], "width": "38.0", "height": "10"}


@pytest.mark.parametrize(
    ("value", "minimum", "maximum", "verdict"),
    [
        (14, 12, 20, "Respecté"),
        (6, 6, None, "Au plus juste · sans marge"),
        (20, None, 20, "Au plus juste · sans marge"),
        (20, 22, None, "Non respecté · il manque 2"),
        (23, 12, 20, "Non respecté · 3 de trop"),
        (3, None, None, "Respecté"),
    ],
)
def test_gauge_gives_its_verdict_in_words(draw, value, minimum, maximum, verdict):
    html = draw("{% gauge 'Ruraux' v low high %}", {"v": value, "low": minimum, "high": maximum})

    assert verdict in texts_of(html, "span:has(> svg)")


def test_gauge_of_money_writes_amounts(draw):
    html = draw('{% gauge "Enveloppe" v None top unit="€" %}', {"v": Decimal("5902300.00"), "top": Decimal("6000000.00")})

    assert texts_of(html, "b") == ["5\u00a0902\u00a0300\u00a0€"]
    assert "max. 6\u00a0000\u00a0000\u00a0€" in html


def test_gauge_without_anything_draws_an_empty_scale(draw):
    assert texts_of(draw('{% gauge "Rien" v %}', {"v": None}), "b") == ["0"]


def test_funnel_scales_on_its_widest_step(draw):
    steps = [{"label": "Déposés", "value": 100}, {"label": "Recevables", "value": 50, "pending": 25, "note": "25 à statuer"}]

    html = draw('{% funnel steps pending_label="à statuer" %}', {"steps": steps})

    done, pending = elements_of(html, 'rect[height="20"]:is(.g-fill, .g-fill-2)')[-2:]
    assert done.attrs == {"class": ["g-fill"], "width": "50.0", "height": "20"}
    assert pending.attrs == {"class": ["g-fill-2"], "x": "50.0", "width": "25.0", "height": "20"}
    assert texts_of(html, "ul > li:last-child")[-1] == "à statuer"


def test_bars_give_the_same_figures_in_a_table(draw):
    rows = [{"label": "60-64", "value": 8}, {"label": "64-68", "value": 1, "strong": True}]

    html = draw('{% bars rows "Notes" key="notes" axis="Note sur 100" cut=1 %}', {"rows": rows})

    assert rows_of(html)[1:] == [["60-64", "8\u00a0dossiers"], ["64-68", "1\u00a0dossier"]]
    assert texts_of(html, 'th[scope="row"]') == ["60-64", "64-68"]
    assert len(elements_of(html, '[aria-labelledby="notes-titre"]')) == 1
    assert the(html, "path.g-cut")["d"] == "M336.0 2V180"


def test_bars_without_rows_draw_an_empty_axis(draw):
    assert elements_of(draw('{% bars rows "Notes" key="notes" cut=0 %}', {"rows": []}), "rect") == []


def job(**fields):
    base = {
        "pk": "7f",
        "label": "Export des dossiers",
        "state": "running",
        "percent": 42,
        "done": 420,
        "total": 1000,
        "note": "<b>lecture</b>",
        "is_over": False,
        "get_absolute_url": "/taches/7f/",
        "get_state_display": lambda: "En cours",
        "State": JobState,
    }
    return SimpleNamespace(**{**base, **fields})


def test_progress_reads_itself_again_until_the_job_is_over(draw):
    running = draw("{% progress job %}", {"job": job()})
    over = draw("{% progress job %}", {"job": job(is_over=True)})

    block = the(running, "[data-hx-get]")
    assert (block["data-hx-get"], block["data-hx-trigger"], block["data-hx-select"]) == ("/taches/7f/", "every 2s", "#tache-7f")
    assert "420 sur 1\u00a0000" in running
    assert "<b>lecture</b>" in words_of(tree_of(running))
    assert "hx-" not in over


def test_spread_puts_the_marks_of_jurors_on_one_axis_and_says_both_ends(draw):
    html = draw("{% spread marks 0 100 %}", {"marks": [Decimal("0"), Decimal("62.5"), Decimal("100")]})

    assert [dot["cx"] for dot in elements_of(html, "circle")] == ["4.0", "59.0", "92.0"]
    assert the(html, "[aria-label]")["aria-label"] == "3\u00a0jurés, de 0,00 à 100,00"
    assert [dot["cx"] for dot in elements_of(draw("{% spread marks 40 60 1 %}", {"marks": [Decimal("50")]}), "circle")] == ["48.0"]
    assert draw("{% spread marks 0 100 %}", {"marks": []}) == ""
