"""What the readers of pages find, and what they take for a text."""

import pytest
from django.http import HttpResponse

from tests.reading import links_of, rows_of, texts_of, the, tree_of, values_of, words_of

PAGE = """
<main><h1>Lycées
  &amp; <b>écoles</b></h1><p>1&nbsp;000&nbsp;€ &lt;b&gt;x&lt;/b&gt;</p>
  <table><tr><th>Nom</th><th>Aide</th></tr><tr><td><a href="/a/?x=1&amp;y=2">Alain</a></td><td></td></tr></table>
  <form><input name="q" value="&lt;i&gt;"><textarea name="t">
deux
lignes</textarea>
    <input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2">
    <select name="s"><option value="">–</option><option value="b" selected>B</option></select></form>
</main><footer><a href="/plan/">Plan</a></footer>"""


@pytest.mark.parametrize("page", [PAGE, HttpResponse(PAGE), tree_of(PAGE)], ids=["markup", "answer", "tree"])
def test_a_page_is_read_by_its_elements(page):
    assert texts_of(page, "h1") == ["Lycées & écoles"]
    assert texts_of(page, "p") == ["1\u00a0000\u00a0€ <b>x</b>"]
    assert rows_of(page) == [["Nom", "Aide"], ["Alain", ""]]
    assert links_of(page) == [("Alain", "/a/?x=1&y=2"), ("Plan", "/plan/")]
    assert links_of(page, "footer") == [("Plan", "/plan/")]
    assert words_of(the(page, "h1 > b")) == "écoles"


def test_values_are_those_that_a_form_would_send():
    assert [values_of(PAGE, name) for name in ("q", "t", "c", "s", "none")] == [["<i>"], ["deux\nlignes"], ["1"], ["b"], []]


@pytest.mark.parametrize("selector", ["h2", "td"])
def test_the_only_element_is_neither_none_nor_several(selector):
    with pytest.raises(AssertionError, match=f"elements for {selector}"):
        the(PAGE, selector)
