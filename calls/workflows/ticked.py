"""The points of recevabilité that a person ticks: where each stands, and what a file needs of them before it is declared admissible."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calls.conditioned.ticked_lines import TickedLine, ticked_in
from calls.enums import TickAnswer
from portal.text.french import enumeration
from portal.workflow.requirements import requirement

if TYPE_CHECKING:
    from calls.models import AdmissibilityTick, Application


@dataclass(frozen=True)
class TickedPoint:
    """One ticked line of the call for one file; `tick` is what was last answered, and `former` what was before, the latest first."""

    line: TickedLine
    tick: "AdmissibilityTick | None"
    former: tuple["AdmissibilityTick", ...] = ()

    @property
    def is_ticked(self) -> bool:
        """Whether somebody has answered about what the Région now has."""
        return self.tick is not None and not self.tick.is_outdated

    @property
    def is_outdated(self) -> bool:
        return self.tick is not None and self.tick.is_outdated

    @property
    def is_against(self) -> bool:
        return self.is_ticked and self.tick.answer == TickAnswer.NO

    @property
    def is_apart(self) -> bool:
        return self.is_ticked and self.tick.answer == TickAnswer.VOID


def ticked_points(application: "Application") -> list[TickedPoint]:
    """Where each ticked line stands. No query for a call that has none, nor where `admissibility_ticks` are prefetched; one otherwise."""
    lines = ticked_in(application.call.admissibility_lines)
    if not lines:
        return []
    ticks = sorted(application.admissibility_ticks.all(), key=lambda tick: -tick.pk)
    current = {tick.line_key: tick for tick in ticks if tick.is_current}
    former = {line.key: tuple(tick for tick in ticks if tick.line_key == line.key and not tick.is_current) for line in lines}
    return [TickedPoint(line, current.get(line.key), former[line.key]) for line in lines]


def _named(points: list[TickedPoint]) -> str:
    return enumeration([f"« {point.line.label} »" for point in points])


@requirement("the officer, on the checklist of the file")
def every_point_is_ticked(application: "Application") -> list[str]:
    """Each ticked line has an answer about what was received; one that is blocking has not « Non »."""
    points = ticked_points(application)
    again = [point for point in points if point.is_outdated]
    left = [point for point in points if not point.is_ticked and not point.is_outdated]
    against = [point for point in points if point.is_against and point.line.is_blocking]
    return [
        *([f"À cocher dans la recevabilité : {_named(left)}."] if left else []),
        *([f"À revoir, le dossier a changé depuis : {_named(again)}."] if again else []),
        *([f"{_named(against)} : c’est « Non », ce qui empêche de déclarer le dossier recevable."] if against else []),
    ]
