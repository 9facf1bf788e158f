"""What awaits me: each role lands here after signing in."""

from django.shortcuts import render
from django.utils import timezone

from portal.ui import panels, todo
from portal.ui.formats import count


def my_space(request):
    """Things to do, from the registry of each app; beside them, the panels that apps register for "accounts.User"."""
    items = todo.items_for(request.user)
    late = sum(1 for item in items if item.days is not None and item.days < 0)
    due_today = sum(1 for item in items if item.days == 0)
    context = {
        "items": items,
        "side": panels.panels_for(request, request.user),
        "today": timezone.localdate(),
        "late": late,
        "late_text": f"{count(late, 'échéance')} en retard",
        "due_today": due_today,
        "today_text": f"{count(due_today, 'échéance')} aujourd’hui",
    }
    return render(request, "ui/my_space.html", context)
