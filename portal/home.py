"""What awaits me: each role lands here after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.ui import panels, todo


@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    """Things to do, from the registry of each app; beside them, the blocks that apps add to a person's own page."""
    items = todo.items_for(request.user)
    late, due_today = sum(item.is_late for item in items), sum(item.days == 0 for item in items)
    context = {
        "items": items,
        "late": late,
        "late_text": f"{late} en retard",
        "due_today": due_today,
        "today_text": f"{due_today} aujourd’hui",
        "today": timezone.localdate(),
        "side": panels.panels_for(request, request.user),
    }
    return render(request, "ui/my_space.html", context)
