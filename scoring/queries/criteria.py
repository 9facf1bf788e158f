"""Facts for the computed criteria: what the directory says of one lycée, and of the Région around a call."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings

from calls.models import Application, Call
from calls.queries.calls import counted_establishments
from portal.directory.enums import IpsDefinition
from portal.directory.models import Establishment
from scoring.criteria import CallFacts, FileFacts

FEWEST_INDICES = 4  # below, quartiles say nothing


def file_facts(establishment: Establishment) -> FileFacts:
    """The facts of one lycée; its département must be loaded."""
    return FileFacts(
        uai=establishment.uai,
        commune=establishment.commune_name,
        department=establishment.department.code,
        department_name=establishment.department.name,
        category=establishment.category,
        category_label=establishment.get_category_display(),
        sector=establishment.sector,
        pathways=frozenset(pathway.value for pathway in establishment.pathways),
        density_level=establishment.density_level,
        ips=establishment.ips,
        ips_year=establishment.ips_year,
        ips_definition=establishment.ips_definition or "",
    )


def call_facts(call: Call, files: Sequence[Application]) -> CallFacts:
    """Counts of eligible lycées and of files, and the quartiles of the IPS among eligible lycées.

    The lycées counted are those of the Région that runs the portal, or, when the call also has files from elsewhere, those
    of every Région that has a file. A lycée that has closed since it filed is among them.
    """
    regions = frozenset({settings.REGION_CODE} | {f.establishment.region_code for f in files})
    counted = counted_establishments(call, regions=regions)
    rows = list(counted.order_by().values_list("department__code", "category", "ips_year", "ips"))
    definition, bounds = _ips_bounds([(year, ips) for _, _, year, ips in rows if ips is not None])
    return CallFacts(
        lycees_by_department=Counter(department for department, *_ in rows),
        files_by_department=Counter(f.establishment.department.code for f in files),
        lycees_by_category=Counter(category for _, category, *_ in rows),
        files_by_category=Counter(f.establishment.category for f in files),
        ips_quartiles=bounds,
        ips_definition=definition,
    )


def _ips_bounds(published: list[tuple[str, Decimal]]) -> tuple[str, tuple[Decimal, Decimal, Decimal] | None]:
    """The definition whose quartiles situate a lycée, and these: the newest definition under which enough lycées have an index."""
    for definition in reversed(IpsDefinition):
        bounds = quartiles([ips for year, ips in published if IpsDefinition.of(year) == definition])
        if bounds:
            return definition, bounds
    return "", None


def quartiles(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    """First quartile, median, third quartile: the value at rank n/4, n/2 and 3n/4 rounded up (INSEE's usual definition)."""
    if len(values) < FEWEST_INDICES:
        return None
    ordered = sorted(values)
    return tuple(ordered[-(-len(ordered) * part // 4) - 1] for part in (1, 2, 3))
