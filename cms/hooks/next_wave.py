"""The public page of a call, handed on to its next wave as a draft, or kept by a model as texts: a model has no page."""

from collections.abc import Iterator

from calls.actions.call_models import begun
from calls.actions.next_wave import Carried, carried
from calls.models import Call, CallModel
from cms.actions import draft_call_page
from cms.models import CallPage
from portal.accounts.models import User


@carried(90)
def page(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """Texts, documents and contact of the page; the other steps of the calendar had dates of their own."""
    if following.is_model:
        yield from _keep(last, following.model)
        return
    if last.is_model:
        yield from _take(last.model, following, actor)
        return
    source = CallPage.objects.filter(call=last).first()
    copy = draft_call_page(call=following, actor=actor)
    if source is None or copy is None:
        yield Carried("Page publique", "Elle est à écrire.", is_left=True)
        return
    copy.body, copy.contact, copy.search_description = source.body, source.contact, source.search_description
    copy.save_revision(user=actor)
    copy.save(update_fields=["body", "contact", "search_description"])
    yield Carried("Page publique", "Ses textes, ses documents et son contact, en brouillon : relisez ce qui parle de la vague précédente.")
    if source.milestones:
        yield Carried("Autres étapes du calendrier", "Leurs dates étaient celles de la vague précédente.", is_left=True)


def _keep(last: Call, model: CallModel) -> Iterator[Carried]:
    source = CallPage.objects.filter(call=last).first()
    if source is None:
        yield Carried("Page publique", "L’appel n’en avait pas.", is_left=True)
        return
    texts = {"body": source.body.get_prep_value(), "contact": source.contact, "search_description": source.search_description}
    model.kept["page"] = texts
    model.save(update_fields=["kept"])
    yield Carried("Page publique", "Ses textes, ses documents et son contact.")


def _take(model: CallModel, following: Call, actor: User) -> Iterator[Carried]:
    copy, texts = draft_call_page(call=following, actor=actor), model.kept.get("page")
    if copy is None or texts is None:
        yield Carried("Page publique", "Elle est à écrire.", is_left=True)
        return
    copy.body = copy.body.stream_block.to_python(texts["body"])
    copy.contact, copy.search_description = texts["contact"], texts["search_description"]
    copy.save_revision(user=actor)
    copy.save(update_fields=["body", "contact", "search_description"])
    yield Carried("Page publique", "Ses textes, ses documents et son contact, en brouillon.")


@begun(90)
def first_page(key: str, call: Call, actor: User) -> Iterator[Carried]:
    """The page of a call that begins from a shipped model: no model of the portal speaks for a Région."""
    draft_call_page(call=call, actor=actor)
    yield Carried("Page publique", "Elle est prête en brouillon ; ses textes sont à écrire.", is_left=True)
