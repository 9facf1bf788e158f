"""What awaits me: each role lands here after signing in. With portal.urls, the only module that may look up at the apps."""

from django.shortcuts import render
from django.utils import timezone

from calls import rules
from calls.enums import CallState
from calls.models import Call
from calls.queries import calls as calls_queries
from calls.queries import files as files_queries
from calls.views.calls import funnel_steps
from portal.roles import Role
from portal.ui import panels, todo

FOLLOWERS = (Role.CALL_MANAGER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)  # the others work after the release
CALLS_SHOWN = 2
FILES_SHOWN = 6


def my_space(request):
    """Things to do, from the registry of each app; beside them, where one's calls or one's school's files stand."""
    items = todo.items_for(request.user)
    late, due_today = sum(item.is_late for item in items), sum(item.days == 0 for item in items)
    context = {
        "items": items,
        "late": late,
        "late_text": f"{late} en retard",
        "due_today": due_today,
        "today_text": f"{due_today} aujourd’hui",
        "today": timezone.localdate(),
        "followed": _followed_calls(request.user),
        "files": _own_files(request.user),
        "side": panels.panels_for(request, request.user),
    }
    return render(request, "ui/my_space.html", context)


def _followed_calls(user) -> list[dict]:
    """The calls under way with their funnel in the perimeter of a person of the Région: seven queries at most."""
    if not (user.holds(*FOLLOWERS) and rules.steers(user)):
        return []
    perimeter = rules.steering_perimeter(user)
    calls = Call.objects.filter(state__in=CallState.FOLLOWED, opens_at__lte=timezone.now()).order_by("-closes_at")[:CALLS_SHOWN]
    return [{"call": call, "steps": funnel_steps(calls_queries.funnel_of(call, perimeter))} for call in calls]


def _own_files(user) -> list:
    """The latest files of a person's school, in two queries."""
    if not user.is_school_user:
        return []
    files = files_queries.files_visible_to(user).filter(establishment__in=user.establishment_ids)
    return list(files.order_by("-created_at", "-pk")[:FILES_SHOWN])
