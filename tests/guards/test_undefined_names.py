"""The guard itself: what it refuses, what it lets through."""

import pytest
from django.http import QueryDict
from django.template import Context, Origin, Template

from tests.guards.undefined_names import ROOT, is_of_the_portal


def rendered(source: str, /, *, path: str = "calls/templates/calls/x.html", **context) -> str:
    return Template(source, origin=Origin(name=str(ROOT / path))).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ nothing }}",
        "{{ nothing|default:'rien' }}",
        "{{ call.budgett }}",
        "{{ call.title|default:nothing }}",
        "{% if nothing %}x{% endif %}",
        "{% if call and nothing %}x{% endif %}",
        "{% if not nothing %}x{% endif %}",
        "{% if nothing == 2 %}x{% endif %}",
        "{% for row in nothing %}x{% endfor %}",
        "{% with row=nothing %}x{% endwith %}",
        "{% firstof nothing call %}",
        "{{ nobody.name }}",
    ],
)
def test_a_name_that_nobody_defines_fails_the_test(source):
    with pytest.raises(pytest.fail.Exception, match="calls/templates/calls/x.html: « .* » reads '(nothing|budgett|name)'"):
        rendered(source, call={"title": "Lycée 4.0"}, nobody=None)


def test_names_that_are_defined_are_shown():
    assert rendered("{{ call.title }}{% if empty %}x{% endif %}{{ none|default:'–' }}", call={"title": "V2"}, empty="", none=None) == "V2–"


def test_what_a_reader_did_not_send_is_not_undefined():
    assert rendered("{% if sent.tri %}x{% endif %}{{ sent.page|default:1 }}", sent=QueryDict("q=a")) == "1"


def test_a_condition_that_is_not_reached_reads_nothing():
    assert rendered("{% if call or nothing %}x{% endif %}", call="V2") == "x"


def test_templates_of_others_keep_the_silence_of_django():
    assert rendered("{{ nothing }}{% if nothing %}x{% endif %}", path=".venv/lib/wagtail/x.html") == ""
    assert Template("{{ nothing }}").render(Context()) == ""


def test_ours_are_told_from_theirs_by_their_file():
    assert is_of_the_portal(str(ROOT / "portal/ui/templates/ui/base.html"))
    assert not is_of_the_portal(str(ROOT / ".venv/lib/django/x.html"))
    assert not is_of_the_portal("<unknown source>")
