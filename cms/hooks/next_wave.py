"""The public page of a call, handed on to its next wave as a draft."""

from collections.abc import Iterator

from calls.actions.next_wave import Carried, carried
from calls.models import Call
from cms.actions import draft_call_page
from cms.models import CallPage
from portal.accounts.models import User


@carried(90)
def page(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """Texts, documents and contact of the page; the other steps of the calendar had dates of their own."""
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
