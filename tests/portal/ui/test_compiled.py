from django.template import engines

from portal.ui.compiled import compile_pages


def test_every_page_of_the_portal_is_ready_before_its_first_visitor():
    loader = engines["django"].engine.template_loaders[0]
    loader.reset()
    assert compile_pages() > 500  # noqa: PLR2004 -- there are more: fewer would mean that folders are not found
    ready = {"calls/applicant/section.html", "scoring/sitting/session.html", "portal/home.html"}
    before = dict(loader.get_template_cache)
    assert len(before) >= 500  # noqa: PLR2004 -- as above
    for name in ready & set(before):
        assert loader.get_template(name) is before[name]
