"""The blocks of a communications team: what each draws, and what it refuses before anything is published."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlockValidationError

from calls.enums import ApplicationState, CallState
from cms import actions
from cms.blocks import CallBodyBlock, StandardBodyBlock
from cms.blocks.data import DataTableBlock
from cms.blocks.media import PictureBlock, VideoLinkBlock
from portal.ui.kept_pages import forget
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import EstablishmentFactory
from tests.factories.site import picture, publish, text_page

pytestmark = pytest.mark.django_db

TABLE = {
    "caption": "Débits par lycée",
    "columns": [{"type": "text", "heading": "Lycée"}, {"type": "number", "heading": "Mb/s"}],
    "rows": [{"values": ["Jean-Zay", "100"]}, {"values": ["Toul", "1 000"]}],
}


def every_block() -> list:
    """One of each block, in its busiest shape: the page that the eye and axe look at."""
    return [
        ("text", "<h2>Un titre</h2><p>Un texte.</p>"),
        ("callout", {"title": "Bon à savoir", "text": "<p>Un avis.</p>"}),
        ("quote", {"text": "Les élèves câblent eux-mêmes.", "author": "M. Durand", "role": "proviseur"}),
        ("picture", {"image": {"image": picture().pk, "decorative": False, "alt_text": "Un préau"}, "caption": "La cour", "credit": "Région"}),
        (
            "video",
            {
                "title": "Le projet en images", "url": "https://www.video.example/v/1", "duration": "3 minutes",
                "transcript_url": "https://www.video.example/v/1.txt", "transcript": "<p>Tout ce qui est dit.</p>",
            },
        ),
        ("figures", [{"figure": "62", "label": "lycées à retenir"}]),
        ("steps", {"title": "Les étapes", "steps": [{"when": "Mars", "what": "Écrire"}, {"when": "Juin", "what": "Déposer"}]}),
        ("table", TABLE),
        ("call_list", {"title": "Les appels ouverts", "group": "open", "programme": ""}),
        ("map", {"title": "Les lycées retenus", "programme": ""}),
        ("faq", [{"question": "Qui ?", "answer": "<p>Vous.</p>"}]),
        ("publisher", None),
        ("contacts", None),
        ("retention", None),
        ("site_map", None),
    ]  # fmt: skip


def as_stream(blocks: list) -> list:
    return [{"type": kind, "value": value} for kind, value in blocks]


@pytest.fixture
def released(site):
    call = CallFactory(reference="FINI", slug="fini", state=CallState.RELEASED, closed=True)
    actions.publish_call_page(call=call)
    actions.publish_results_page(call=call)
    school = EstablishmentFactory(name="Lycée Jean-Zay", latitude=48.7, longitude=6.1)
    ApplicationFactory(
        call=call, admissible=True, state=ApplicationState.DECIDED, outcome="awarded", granted_amount=1, establishment=school
    )
    return call


@pytest.fixture
def sample_page(released, open_call):
    return text_page("Tous les blocs", as_stream(every_block()))


def test_every_block_is_in_the_sample(site):
    assert {kind for kind, _ in every_block()} | {"documents"} == set(StandardBodyBlock().child_blocks)


def test_each_block_draws_what_was_written(client, sample_page):
    html = client.get(sample_page.get_url()).text

    for words in ("Un avis.", "Les élèves câblent eux-mêmes.", 'alt="Un préau"', "Crédit", "Tout ce qui est dit.", "lycées à retenir"):
        assert words in html
    assert "sur le site video.example" in html
    assert '<th scope="col" class="n">Mb/s</th>' in html and '<th scope="row">Jean-Zay</th>' in html
    assert "Débits par lycée</caption>" in html
    assert '<a href="/appels/lycee-4-0-vague-2/">' in html
    assert "Lycée Jean-Zay" in html and "1\u00a0lycée retenu" in html


def test_a_page_loads_nothing_from_the_site_of_a_video(client, sample_page):
    html = client.get(sample_page.get_url()).text

    assert html.count("video.example") == 3  # two links, and the name of the site
    assert "<iframe" not in html and "<video" not in html


@pytest.mark.parametrize("kind", ["call_list", "map"])
def test_data_that_is_not_there_is_said(client, site, kind):
    page = text_page("Vide", as_stream([block for block in every_block() if block[0] == kind]))

    told = {"call_list": "Aucun appel de cette liste pour le moment.", "map": "Aucun résultat n’est encore publié"}
    assert told[kind] in client.get(page.get_url()).text


def test_a_picture_without_alternative_is_refused_unless_decorative(site):
    block, key = PictureBlock(), picture().pk

    def value(**image):
        return block.to_python({"image": {"image": key, **image}, "caption": "", "credit": ""})

    with pytest.raises(ValidationError):
        block.clean(value(decorative=False, alt_text=""))
    assert block.clean(value(decorative=True, alt_text=""))["image"].contextual_alt_text == ""
    assert block.clean(value(decorative=False, alt_text="Un préau"))["image"].contextual_alt_text == "Un préau"


def test_a_video_without_transcript_is_refused():
    block = VideoLinkBlock()
    value = {"title": "T", "url": "https://video.example/1", "duration": "", "transcript_url": "", "transcript": ""}

    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python(value))

    assert list(refused.value.block_errors) == ["transcript_url"]
    block.clean(block.to_python(value | {"transcript": "<p>Tout.</p>"}))


@pytest.mark.parametrize("change", [{"caption": " "}, {"columns": [{"type": "text", "heading": ""}, {"type": "number", "heading": "N"}]}])
def test_a_table_without_caption_or_heading_is_refused(change):
    block = DataTableBlock()

    with pytest.raises(TypedTableBlockValidationError):
        block.clean(block.to_python(TABLE | change))
    assert block.clean(block.to_python(TABLE)).caption == "Débits par lycée"


def test_the_page_of_a_call_shows_its_blocks_in_their_order(client, open_call):
    call_page = open_call.page
    call_page.body = as_stream([block for block in every_block() if block[0] in CallBodyBlock().child_blocks])
    publish(call_page)

    html = client.get(call_page.get_url()).text

    places = [html.index(words) for words in ("Un texte.", "Un avis.", "câblent eux-mêmes", "Le projet en images", "Débits par lycée")]
    assert places == sorted(places)
    assert html.count("lycées à retenir") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_blocks_asks_no_more_for_more_rows(client, sample_page, publish_page, count, django_assert_num_queries):
    for _ in range(count):
        publish_page(CallFactory())
    client.get(sample_page.get_url())
    forget()

    with django_assert_num_queries(18):
        client.get(sample_page.get_url())
