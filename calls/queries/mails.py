"""What the portal wrote about one file, for those who examine it: to whom, when, whether it arrived."""

from collections.abc import Callable, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from calls.models import Application, Partnership
from portal.accounts.models import User
from portal.notifications import registry
from portal.notifications.models import Message
from portal.threads.models import Thread

Related = Callable[[Application, User], tuple[type[Model], Iterable[object]]]
_related: list[Related] = []


def register(related: Related) -> None:
    """`related(file, reader)` gives a model and the keys of its objects that are about this file: what was written about them is of the file too."""
    _related.append(related)


register(lambda file, reader: (Application, [file.pk]))
register(lambda file, reader: (Partnership, file.partnerships.values_list("pk", flat=True)))
register(lambda file, reader: (Thread, Thread.objects.visible_to(reader).about(file).values_list("pk", flat=True)))


def mails_about(file: Application, reader: User) -> QuerySet[Message]:
    """Newest first, with the columns of the list alone: the text of a message is its addressee's."""
    about = Q(pk__in=())
    for related in _related:
        model, keys = related(file, reader)
        about |= Q(about_type=ContentType.objects.get_for_model(model), about_id__in=[str(key) for key in keys])
    columns = ("subject", "to_email", "state", "attempts", "last_error", "created_at", "sent_at")
    return Message.objects.filter(about).exclude(code__in=registry.unlisted_codes()).only(*columns)
