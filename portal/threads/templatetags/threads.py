"""Links from a page to what is written about one of its places."""

from django import template
from django.template import Context
from django.utils.html import format_html

from portal.text.french import NBSP, count
from portal.text.typography import typo
from portal.threads.models import Thread
from portal.threads.panels import ThreadsOf
from portal.ui import icons

register = template.Library()
# Written here rather than in a template: a form has one for each of its questions, and nothing else of it costs as much.
_LINK = '<p class="pr-meta mb-0 mt-1">{} <a href="{}">{} <span class="visually-hidden">{}</span></a></p>'


@register.simple_tag(takes_context=True)
def question_thread(context: Context, key: str, label: str) -> str:
    """`{% question_thread question.key question.label %}`: the thread about a question, or the way to begin one.

    The page says of what with `talk`, a ThreadsOf; without it, nothing. One query for all the questions of a page.
    """
    talk = context.get("talk")
    if not isinstance(talk, ThreadsOf):
        return ""
    thread = talk.by_place.get((key, "shared"))
    if thread is None and not talk.may_write:
        return ""
    return format_html(
        _LINK,
        icons.draw("chat-bubble-left-right", "sm", ""),
        thread.get_absolute_url() if thread else talk.url(key),
        _told(thread, talk),
        typo(label),
    )


def _told(thread: Thread | None, talk: ThreadsOf) -> str:
    if thread is None:
        return f"Une question{NBSP}?" if talk.is_of_lycee else "Écrire au lycée"
    return count(thread.posts_standing, "message") + (", à lire" if thread.is_unread else "")
