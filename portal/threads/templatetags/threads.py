"""Links from a page to what is written about one of its places."""

from django import template
from django.template import Context
from django.template.loader import render_to_string

from portal.threads.panels import ThreadsOf

register = template.Library()


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
    url = thread.get_absolute_url() if thread else talk.url(key)
    values = {
        "thread": thread,
        "url": url,
        "label": label,
        "is_of_lycee": talk.is_of_lycee,
        "posts": thread.posts_standing if thread else 0,
    }
    return render_to_string("threads/_question.html", values)
