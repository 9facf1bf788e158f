"""What the portal deletes by itself, and after how long: each app declares its own, from the constants that do it. The legal page prints them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from portal.text.french import count


@dataclass(frozen=True)
class KeptPeriod:
    """`what`: a French clause; `lasts` is asked each time, so that a change of settings is a change of the page."""

    order: int
    what: str
    lasts: Callable[[], timedelta]
    then: str = ""  # what follows the duration: « au plus »

    @property
    def duration(self) -> str:
        """« 12 heures », « 14 jours »: hours up to one day."""
        lasts = self.lasts()
        days = lasts // timedelta(days=1)
        return count(days, "jour") if days > 1 else count(lasts // timedelta(hours=1), "heure")

    @property
    def sentence(self) -> str:
        """« une session : 12 heures au plus »."""
        return f"{self.what} : {self.duration}{'' if self.then[:1] in ('', ',') else ' '}{self.then}"


_periods: dict[str, KeptPeriod] = {}


def register(order: int, what: str, lasts: Callable[[], timedelta], then: str = "") -> None:
    """An app deletes this by itself once so much time is over."""
    _periods[what] = KeptPeriod(order, what, lasts, then)


def all_periods() -> list[KeptPeriod]:
    """In the order of the page."""
    return sorted(_periods.values(), key=lambda each: (each.order, each.what))
