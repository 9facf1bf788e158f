"""The dates of public calls as diaries and feeds follow them: what they are, and when they moved."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q

from calls.enums import CallState
from calls.models import Call
from cms.calendar import DatedCall
from cms.queries.calls import call_cards, public_pages
from portal.journal.models import JournalEntry
from scoring.models import Vote

EDITED = ("jury_on", "results_on")  # the dates that an editor still changes once the call is published


def dates_moved(calls: Iterable[Call]) -> dict[int, datetime]:
    """When the announced dates of each of these calls last moved, by their key; those that never moved are left out. One query."""
    edited = Q(action="edit") & reduce(or_, [Q(data__has_key=name) for name in EDITED])
    lines = JournalEntry.objects.filter(
        Q(action="extend_closing") | edited,
        subject_type=ContentType.objects.get_for_model(Call),
        subject_id__in=[str(call.pk) for call in calls],
    )
    return {int(key): at for key, at in lines.order_by().values_list("subject_id").annotate(Max("at"))}


def dated_calls(call: Call | None = None) -> list[DatedCall]:
    """This call, or every public one whose page is published, those that close first at the top. Five queries, whatever their number."""
    calls = [call] if call else [card.call for card in call_cards()]
    moved = dates_moved(calls)
    pages = {page.call_id: page for page in public_pages().filter(callpage__call__in=calls).specific()}
    known = [call.pk for call in calls if call.state in CallState.WITH_RESULTS]
    votes = dict(Vote.objects.filter(call__in=known).values_list("call", "held_on"))
    dated = []
    for one in calls:
        page = pages.get(one.pk)
        changes = [one.created_at, moved.get(one.pk), page.last_published_at if page else None]
        dated.append(DatedCall(one, page.milestones if page else (), votes.get(one.pk), max(filter(None, changes))))
    return dated
