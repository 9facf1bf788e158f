"""What a call asks of the authorities of its lycées: of which, for when, under which headings. No model is imported.

It is kept by the call as {"bodies", "days", "until", "headings", "to_jury", "late"}; empty where nothing is asked (docs/adr/0062).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import working_days
from portal.directory.enums import AuthorityKind
from portal.text.french import count, enumeration

BODIES = (AuthorityKind.ACADEMY, AuthorityKind.DRAAF)
USUAL_DAYS, MOST_DAYS = 15, 90  # working days
MOST_HEADINGS, LONGEST_HEADING = 8, 100
USUAL_HEADINGS = ("Cohérence avec le projet de l’académie ou de la DRAAF", "Capacité de l’équipe à conduire le projet", "Infrastructure")


@dataclass(frozen=True)
class AskedOpinions:
    """How opinions are asked in one call. `days`: working days after the request; `until`: the day that takes their place."""

    bodies: tuple[str, ...] = ()
    days: int = USUAL_DAYS
    until: date | None = None
    headings: tuple[str, ...] = USUAL_HEADINGS
    to_jury: bool = True  # the jury reads what is given
    takes_late: bool = True  # an opinion may be given after its day

    @property
    def is_asked(self) -> bool:
        return bool(self.bodies)

    @property
    def kept(self) -> dict[str, Any]:
        """As the call keeps it."""
        return {
            "bodies": list(self.bodies),
            "days": self.days,
            "until": self.until.isoformat() if self.until else "",
            "headings": list(self.headings),
            "to_jury": self.to_jury,
            "late": self.takes_late,
        }

    def due_on(self, today: date) -> date:
        """The last day of an opinion asked today: the day of the call while it is to come, else as many working days as it says."""
        if self.until and self.until >= today:
            return self.until
        return working_days.moved(today, self.days)

    @property
    def in_words(self) -> str:
        """« Académies et DRAAF, sous 15 jours ouvrés »."""
        if not self.is_asked:
            return "Aucun avis demandé"
        names = {AuthorityKind.ACADEMY.value: "académies", AuthorityKind.DRAAF.value: "DRAAF"}
        said = enumeration([names[body] for body in self.bodies])
        when = f"au plus tard le {self.until:%d/%m/%Y}" if self.until else f"sous {count(self.days, 'jour ouvré', 'jours ouvrés')}"
        return f"{said[0].upper()}{said[1:]}, {when}"


def opinions_in(kept: Mapping[str, Any]) -> AskedOpinions:
    """What a call keeps, read; what it does not say is the usual."""
    if not kept:
        return AskedOpinions()
    return AskedOpinions(
        tuple(kept["bodies"]),
        kept["days"],
        date.fromisoformat(kept["until"]) if kept["until"] else None,
        tuple(kept["headings"]),
        kept["to_jury"],
        kept["late"],
    )


def without_date(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same for another call, whose calendar is another."""
    return {**kept, "until": ""} if kept else {}
