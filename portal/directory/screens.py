"""What the page of an establishment draws."""

from dataclasses import dataclass

from django.utils.text import capfirst

from portal.directory import facts, rules
from portal.directory.declarations import gaps_among, official_values
from portal.directory.enums import Fact
from portal.directory.models import Establishment, FactDeclaration
from portal.roles import Person
from portal.text.dates import day
from portal.ui.maps import Land, region_map

ACTS = {
    Fact.PATHWAYS: "Déclarer les voies du lycée",
    Fact.PUPILS: "Déclarer le nombre d’élèves",
    Fact.BOARDING: "Déclarer l’internat",
    Fact.PRIORITY: "Déclarer l’éducation prioritaire",
}
MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN = 320, 280, 16
UNKNOWN = {
    Fact.PATHWAYS: "Non précisées",
    Fact.PUPILS: "Non connu",
    Fact.BOARDING: "Non connu",
    Fact.PRIORITY: "Non connue",
}


@dataclass(frozen=True)
class Place:
    """Where a lycée is on the drawing of the Région that runs the portal, or on a sheet of its own."""

    x: float
    y: float
    land: Land | None
    width: int = MAP_WIDTH
    height: int = MAP_HEIGHT


def place_of(establishment: Establishment) -> Place | None:
    """None when the directory does not say where it is."""
    if establishment.latitude is None or establishment.longitude is None:
        return None
    drawn = region_map([(establishment.longitude, establishment.latitude)], MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN)
    (x, y), *_ = drawn.points
    return Place(x, y, drawn.land)


@dataclass(frozen=True)
class FactLine:
    """One fact of a lycée, who says it, and what its people may do about it."""

    fact: Fact
    value: str
    source: str  # empty: nobody says it
    beside: str  # what the directory says of an earlier school year, where a declaration counts
    own: FactDeclaration | None  # the last declaration that the reader may open
    may_declare: bool

    @property
    def act(self) -> str:
        return ACTS[self.fact]


def fact_lines(establishment: Establishment, user: Person) -> list[FactLine]:
    """The facts that may be declared, in the order of the page. One query, whatever the number of declarations that stand."""
    declarations = list(establishment.fact_declarations.select_related("declared_by", "answered_by").order_by("-declared_at", "-pk"))
    reads = rules.reads_declarations(user) or establishment.pk in user.establishment_ids
    declares = rules.declares_facts(establishment, user)
    return [
        _line(establishment, fact, [each for each in declarations if each.fact == fact], reads=reads, declares=declares) for fact in Fact
    ]


def _line(establishment: Establishment, fact: Fact, declarations: list[FactDeclaration], *, reads: bool, declares: bool) -> FactLine:
    standing = [each for each in declarations if each.is_confirmed or each.awaits_answer]
    confirmed = next((each for each in standing if each.is_confirmed), None)
    values = facts.values_of(fact, establishment)
    value = capfirst(facts.worded(fact, values))
    if fact == Fact.PATHWAYS:
        value = establishment.pathways_label  # agriculture too, which the ministry says
    official = official_values(establishment, fact, standing) or facts.SILENT[fact]
    return FactLine(
        fact=fact,
        value=value or UNKNOWN[fact],
        source=_source(establishment, fact, confirmed, reads=reads) if facts.is_said(fact, values) else "",
        beside=facts.worded(fact, official) if confirmed else "",
        own=declarations[0] if reads and declarations else None,
        may_declare=declares and not gaps_among(establishment, fact, standing),
    )


def _source(establishment: Establishment, fact: Fact, confirmed: FactDeclaration | None, *, reads: bool) -> str:
    """« annuaire du 12 mars 2026 », « déclaré par le lycée le …, confirmé par la Région le … »; with names for those who open it."""
    if confirmed is None:
        on = establishment.source_updated_on
        if fact == Fact.PUPILS and on and establishment.pupils_year != facts.school_year(on):
            return "annuaire antérieur"  # since 2026 it no longer counts them
        return f"annuaire du {day(on)}" if on else "annuaire"
    by = str(confirmed.declared_by or "le lycée") if reads else "le lycée"
    confirmed_by = str(confirmed.answered_by or "la Région") if reads else "la Région"
    return f"déclaré par {by} le {day(confirmed.declared_at)}, confirmé par {confirmed_by} le {day(confirmed.answered_at)}"
