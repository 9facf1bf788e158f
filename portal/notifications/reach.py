"""Messages that their reader still reads: a message about something is as closed as the thing, on the day when it is read.

A role ends, a conflict of interest hides a file: what the portal wrote about it then leaves the pages of that person, as the thing has.
An app says for its models what a person reaches; a message about another model stays open to whom it was sent.
"""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast

from portal.notifications.models import Message
from portal.roles import Person

Reached = Callable[[Person], QuerySet]

_reached: dict[type[Model], Reached] = {}
_sealed: dict[type[Model], Callable[[], QuerySet]] = {}


def register(model: type[Model], reached: Reached) -> None:
    """`reached(user)` gives the objects of this model that a person may read about now."""
    _reached[model] = reached


def open_to(user: Person, messages: QuerySet[Message]) -> QuerySet[Message]:
    """These messages without those about what this person reaches no more. One query, whatever their number."""
    for model, reached in _reached.items():
        keys = reached(user).order_by().annotate(_key=Cast("pk", CharField())).values("_key")
        about_it = messages.model.objects.filter(about_type=ContentType.objects.get_for_model(model))
        messages = messages.exclude(pk__in=about_it.exclude(about_id__in=keys).order_by().values("pk"))
    return messages


def seal(model: type[Model], sealed: Callable[[], QuerySet]) -> None:
    """`sealed()` gives the objects of this model of which the staff knows nothing, nor whom the portal wrote to about them."""
    _sealed[model] = sealed


def told_to_staff(messages: QuerySet[Message]) -> QuerySet[Message]:
    """These messages without those about what is sealed. In the same query."""
    for model, sealed in _sealed.items():
        keys = sealed().order_by().annotate(_key=Cast("pk", CharField())).values("_key")
        messages = messages.exclude(about_type=ContentType.objects.get_for_model(model), about_id__in=keys)
    return messages
