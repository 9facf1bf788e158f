from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.notifications import queries, reach, registry, rules, tasks, unreachable
from portal.notifications.forms import MessageFilter, OwnMessagesFilter
from portal.notifications.models import Message, UnreachableAddress
from portal.notifications.tables import MINE, OUTBOX, state_badge
from portal.roles import Person
from portal.text.french import count
from portal.ui.back import next_page
from portal.ui.paginate import paginate

SHOWN = 50  # addresses that answer no more, the latest first


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
        "unreachable": UnreachableAddress.objects.all()[:SHOWN],
    }
    return render(request, "notifications/message_list.html", context)


@require_safe
def message_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, as it was written. Its page says that its addressee has read it once it is shown (`mark`): a GET writes nothing."""
    message, is_open = _visible_message(request.user, pk)
    is_mine = message.recipient_id == request.user.pk
    shows_text = is_open and rules.may_read_text(request.user, message) and bool(message.body)
    context = {
        "message": message,
        "state": state_badge(message),
        "shows_text": shows_text,
        "attached": registry.attached(message, request.user) if shows_text else [],
        "is_mine": is_mine,
        "is_staff": rules.may_see_messages(request.user),
        "may_retry": rules.may_retry(request.user),
    }
    return render(request, "notifications/message.html", context)


@require_safe
def my_messages(request: HttpRequest) -> HttpResponse:
    """What the portal wrote to this person: the mail may be lost, the text is here."""
    form = OwnMessagesFilter(request.GET)
    context = {
        "form": form,
        "columns": MINE,
        "page_obj": paginate(request, queries.messages_of(request.user, form.values)),
        "unreachable": UnreachableAddress.objects.filter(email=request.user.email).first(),
        "unread": queries.messages_of(request.user, {"lecture": queries.UNREAD}).count(),
    }
    return render(request, "notifications/my_messages.html", context)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """All of one's own, at once."""
    unread = queries.messages_of(request.user, {"lecture": queries.UNREAD}).order_by()
    number = Message.objects.filter(pk__in=unread.values("pk")).update(read_at=timezone.now())
    messages.success(request, f"{count(number, 'message marqué', 'messages marqués')} comme {'lu' if number < 2 else 'lus'}.")
    return redirect("notifications:mine")


@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, as the page says once it is shown or a press says without script; or not read, to come back to it."""
    message = get_object_or_404(queries.messages_of(request.user), pk=pk)
    is_read = request.POST.get("lu") == "1"
    Message.objects.filter(pk=message.pk).update(read_at=timezone.now() if is_read else None)
    if request.headers.get("HX-Request"):
        return HttpResponse('<p class="pr-meta" id="lecture">Lu.</p>')
    messages.success(request, "Le message est marqué comme lu." if is_read else "Le message est de nouveau « non lu ».")
    return redirect("notifications:mine")


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
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Write again to an address that answered no more."""
    address = get_object_or_404(UnreachableAddress, pk=pk)
    if not rules.may_try_again(request.user, address):
        raise PermissionDenied
    leaving = unreachable.try_again(address, actor=request.user)
    said = f" {count(leaving, 'message')} des sept derniers jours y part{'' if leaving == 1 else 'ent'}." if leaving else ""
    messages.success(request, f"Le portail écrit de nouveau à {address.email}.{said}")
    return redirect(next_page(request) or "notifications:mine")


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
