"""What a page of ours cannot need of Bootstrap, though one of its words is the name of a class."""

import pytest

from portal.ui.lighter import lighter


def test_a_component_that_is_only_a_word_of_our_texts_goes():
    assert lighter(".alert{color:red}.btn .badge{top:0}", "", ['<p role="alert" class="pr-alert">']) == ""


@pytest.mark.parametrize("text", ['<p class="alert mb-3">', 'css="alert"', 'attrs={"class": "alert"}', 'node.className = "alert"'])
def test_a_class_that_is_written_stays(text):
    assert lighter(".alert{color:red}", "", [text]) == ".alert{color:red}"


def test_a_selector_goes_without_the_tag_of_the_same_name_nor_its_negation():
    bootstrap = ".mark,mark{padding:0}:not(.show)+.btn{color:red}"

    assert lighter(bootstrap, "", ['<a class="btn">']) == "mark{padding:0}:not(.show)+.btn{color:red}"


def test_a_class_with_a_hyphen_is_left_to_purgecss():
    assert lighter(".list-group{margin:0}", "", []) == ".list-group{margin:0}"


def test_what_our_sheets_say_of_the_same_selectors_is_not_said_twice():
    bootstrap = "h1{margin:0;font-size:2rem}:root{--a:1;--b:2}@media print{h1{font-size:1rem}}"

    assert lighter(bootstrap, "h1 { font-size: 3rem } :root { --a: 3 }", []) == "h1{margin:0}:root{--b:2}@media print{}"


@pytest.mark.parametrize("own", ["@media print { h1 { margin: 1rem } }", "h1 b { margin: 1rem }", "h2 { margin: 1rem }"])
def test_what_our_sheets_say_elsewhere_leaves_it(own):
    assert lighter("h1{margin:0}", own, []) == "h1{margin:0}"


def test_what_is_important_stays_under_ours():
    assert lighter("h1{margin:0!important}", "h1 { margin: 1rem }", []) == "h1{margin:0!important}"


def test_the_names_of_old_browsers_go_where_the_name_of_today_is_said():
    bootstrap = "h1{-webkit-appearance:none;appearance:none;-webkit-tap-highlight-color:red}p::-webkit-file-upload-button{margin:0}"

    assert lighter(bootstrap, "", []) == "h1{appearance:none;-webkit-tap-highlight-color:red}"


def test_a_drawing_keeps_its_semicolons():
    drawing = 'h1{background:url("data:image/svg+xml;charset=utf-8,%3csvg");color:red}'

    assert lighter(drawing, "", []) == drawing
