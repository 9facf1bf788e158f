from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.notifications import queries, reach, registry, rules, tasks
from portal.notifications.forms import MessageFilter
from portal.notifications.models import Message
from portal.notifications.tables import MINE, OUTBOX, state_badge
from portal.roles import Person
from portal.ui.back import next_page
from portal.ui.paginate import paginate


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """The Région's view of the outbox: what went, what waits, what was refused."""
    if not rules.may_see_messages(request.user):
        raise PermissionDenied
    form = MessageFilter(request.GET)
    context = {
        "form": form,
        "columns": OUTBOX,
        "page_obj": paginate(request, queries.messages_for_staff(form.values)),
        "counts": queries.outbox_counts(),
        "may_retry": rules.may_retry(request.user),
    }
    return render(request, "notifications/message_list.html", context)


@require_safe
def message_detail(request: HttpRequest, pk: int) -> HttpResponse:
    message, is_open = _visible_message(request.user, pk)
    context = {
        "message": message,
        "state": state_badge(message),
        "shows_text": is_open and rules.may_read_text(request.user, message) and bool(message.body),
        "is_mine": message.recipient_id == request.user.pk,
        "is_staff": rules.may_see_messages(request.user),
        "may_retry": rules.may_retry(request.user),
    }
    return render(request, "notifications/message.html", context)


@require_safe
def my_messages(request: HttpRequest) -> HttpResponse:
    """What the portal wrote to this person: the mail may be lost, the text is here."""
    mine = reach.open_to(request.user, Message.objects.filter(recipient=request.user))
    return render(request, "notifications/my_messages.html", {"columns": MINE, "page_obj": paginate(request, mine)})


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.may_retry(request.user):
        raise PermissionDenied
    message = get_object_or_404(queries.listed(), pk=pk)
    if tasks.retry(message):
        messages.success(request, f"Le message à {message.to_email} repart.")
    else:
        messages.info(request, "Ce message n’est plus en échec : il n’y avait rien à relancer.")
    return redirect("notifications:message", pk=pk)


@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    if not rules.may_retry(request.user):
        raise PermissionDenied
    number = tasks.retry_failed()
    messages.success(request, f"{number} message{'s' if number > 1 else ''} en échec relancé{'s' if number > 1 else ''}.")
    return redirect(next_page(request) or "notifications:list")


def _visible_message(user: Person, pk: int) -> tuple[Message, bool]:
    """The message, and whether its reader still reaches what it is about. Staff see every message, a person their own that are open.

    For anyone else it does not exist: raises Http404.
    """
    message = get_object_or_404(Message.objects.select_related("recipient").exclude(code__in=registry.unlisted_codes()), pk=pk)
    is_open = message.recipient_id != user.pk or reach.open_to(user, Message.objects.filter(pk=pk)).exists()
    is_theirs = is_open and message.recipient_id == user.pk
    if not is_theirs and not (rules.may_see_messages(user) and queries.listed().filter(pk=pk).exists()):
        raise Http404
    return message, is_open
