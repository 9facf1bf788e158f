"""What a person does who was wrong, state by state: declared in each machine beside its arrows, printed by `make graph`."""

from dataclasses import dataclass

from django.db import models

from portal.workflow.machine import transitions_of


@dataclass(frozen=True)
class WayBack:
    """One mistake that may have been made on the way to a state, and what mends it.

    `by` names the transition that does; who may and who is told are then those of the machine. Where no transition does, `instead` says what is done,
    and `who` and `told` whose act it is. With neither, nothing in the portal mends it. `until` says when it becomes too late.
    """

    mistake: str
    by: str = ""
    until: str = ""
    instead: str = ""
    who: str = ""
    told: str = ""

    @property
    def exists(self) -> bool:
        return bool(self.by or self.instead)


def ways_back_of(model: type[models.Model]) -> dict[str, tuple[WayBack, ...]]:
    """The mistakes that a machine foresees, by state, in the order of its declaration."""
    return model.ways_back


def dead_ends(model: type[models.Model]) -> set[str]:
    """The states from which no arrow leads elsewhere."""
    states = {value for value, _ in model._meta.get_field("state").choices}
    return states - {arrow.source for arrow in transitions_of(model()) if arrow.target != arrow.source}
