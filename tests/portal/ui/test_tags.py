from datetime import timedelta
from types import SimpleNamespace

import heroicons
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from pytest_django.asserts import assertInHTML

from calls.enums import Outcome
from portal.ui import icons
from tests.portal.ui.sample import looked_at
from tests.reading import elements_of, links_of, the

MARKUP = '<script>alert("x")</script>'
ESCAPED = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "ok" text %}',
        '{% alert "info" %}{{ text }}{% endalert %}',
        '{% icon "check" label=text %}',
        "{% nothing text %}{{ text }}{% endnothing %}",
        "{% crumb text %}",
        '{% action text "/page/" %}',
        "{% submit text %}",
        '{% panel text "cle" %}{{ text }}{% endpanel %}',
        "{% outcome_badge decision %}",
        "{{ text|typo }}",
        "{% gauge text 1 2 %}",
        "{% meter 1 2 label=text %}",
    ],
)
def test_markup_typed_by_a_person_never_becomes_an_element(draw, source):
    decision = SimpleNamespace(outcome="awarded", outcome_look=Outcome.LOOKS[Outcome.AWARDED], get_outcome_display=lambda: MARKUP)

    html = draw(source, {"text": MARKUP, "decision": decision})

    assert elements_of(html, "script") == []
    assert ESCAPED in html


def test_typo_keeps_markup_that_was_safe(draw):
    assert draw("{{ text|typo }}", {"text": mark_safe("<b>Oui ?</b>")}) == "<b>Oui\u00a0?</b>"


def test_icon_is_decoration_unless_it_has_a_label(draw):
    plain = draw('{% icon "check" size="sm" %}')
    said = draw('{% icon "check" label="Complet" %}')

    assert the(plain, "svg").attrs == {"class": ["pr-i", "pr-i--sm"], "viewbox": "0 0 20 20", "aria-hidden": "true"}
    assert the(said, "svg").attrs == {"class": ["pr-i"], "viewbox": "0 0 20 20", "role": "img", "aria-label": "Complet"}
    assert len(elements_of(plain, "svg > path")) == len(elements_of(said, "svg > path")) == 1


def test_icon_that_does_not_exist_is_told_at_once():
    with pytest.raises(heroicons.IconDoesNotExist):
        icons.draw("no-such-icon")


def test_every_icon_of_a_state_exists():
    looks = [look for enum in looked_at() for look in enum.LOOKS.values()]

    assert all(icons.draw(look.icon) for look in looks)


def test_no_refusal_is_drawn_in_red():
    reds = {(enum.__name__, state) for enum in looked_at() for state, look in enum.LOOKS.items() if look.level == "err"}

    assert reds == {("JobState", "failed")}
    assert [state for state, look in Outcome.LOOKS.items() if look.level == "err"] == []


@pytest.mark.parametrize(
    ("days", "css", "text"),
    [(-2, "is-err", "<b>−2</b>jours"), (0, "is-warn", "<b>0</b>jour"), (3, "is-warn", "<b>3</b>jours"), (4, "is-none", "<b>4</b>jours")],
)
def test_days_left_counts_from_today_and_turns_pressing(draw, days, css, text):
    due = timezone.localdate() + timedelta(days=days)

    assert draw("{% days_left due %}", {"due": due}) == f'<span class="pr-days {css}">{text}</span>'


def test_days_left_draws_nothing_without_a_date(draw):
    assert draw("{% days_left due %}", {"due": None}) == ""


def test_step_of_the_breadcrumb_leads_by_address_or_by_name(draw):
    assert draw('{% crumb "Accueil" "/page/" %}') == '<li class="breadcrumb-item"><a href="/page/">Accueil</a></li>'
    assert draw('{% crumb "Page" "my_space" %}') == f'<li class="breadcrumb-item"><a href="{reverse("my_space")}">Page</a></li>'
    assert draw('{% crumb "Ici" %}') == '<li class="breadcrumb-item active" aria-current="page">Ici</li>'


def test_action_is_a_link_and_submit_a_button(draw):
    link = draw('{% action "Modifier" "/page/" icon="check" css="btn-primary" %}')

    assert links_of(link) == [("Modifier", "/page/")]
    assert len(elements_of(link, "a.btn.btn-primary > svg:first-child")) == 1
    assert draw('{% action "Voir" "?etat=retard" %}') == '<a class="btn btn-outline-primary" href="?etat=retard">Voir</a>'
    assert draw('{% submit "Enregistrer" %}') == '<button type="submit" class="btn btn-primary">Enregistrer</button>'


def test_panel_is_named_by_its_heading(draw):
    html = draw('{% panel "Étapes" "etapes" css="mt-3" heading="h3" %}<p>Texte</p>{% endpanel %}')

    assert html == ('<section class="pr-panel mt-3" aria-labelledby="etapes"><h2 class="h3" id="etapes">Étapes</h2><p>Texte</p></section>')


def test_counted_agrees_in_number(draw):
    assert draw('{{ n|counted:"dossier" }}', {"n": 1}) == "1\u00a0dossier"
    assert draw('{{ n|counted:"travail,travaux" }}', {"n": 2}) == "2\u00a0travaux"


def test_timeline_says_what_is_done_and_where_one_is(draw):
    steps = [{"label": "Ouverture", "detail": "11 janvier", "status": "done"}, {"label": "Clôture", "detail": "12 mars", "status": "now"}]

    html = draw("{% timeline steps %}", {"steps": steps})

    assertInHTML('<li class="is-done"><b>Ouverture<span class="visually-hidden">, fait</span></b><span>11 janvier</span></li>', html)
    assertInHTML('<li class="is-now" aria-current="step"><b>Clôture</b><span>12 mars</span></li>', html)
