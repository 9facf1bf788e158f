"""The field that holds a state."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import class_prepared
from django_fsm import FSMField

HISTORICAL = "__fake__"  # module of the models that migrations draw from their state


class StateField(FSMField):
    """A state of a workflow. The models that migrations draw have no transition: their fields look for none.

    Each field of the library listens to every model prepared from then on, those of migrations too, which are drawn again by the hundred
    for each change: the time of a migration grew with the square of their number.
    """

    def contribute_to_class(self, cls: type[Model], name: str, private_only: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        super().contribute_to_class(cls, name, private_only, **kwargs)
        if cls.__module__ == HISTORICAL:
            class_prepared.disconnect(self._collect_transitions)
