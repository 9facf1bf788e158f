"""Pathways that heads declare where the directory says none: one declaration is confirmed, one awaits the Région."""

import random
from collections.abc import Sequence

from cms.demo import texts
from cms.demo.clock import clock_at, days_from_now
from cms.demo.people import teams_of
from cms.demo.setting import demo_user
from portal.directory.declarations import declare_fact
from portal.directory.enums import DECLARABLE, Fact, Pathway
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import perform

TAUGHT = (
    ((Pathway.GENERAL, Pathway.TECHNOLOGICAL, Pathway.VOCATIONAL), -26, True),
    ((Pathway.TECHNOLOGICAL, Pathway.VOCATIONAL), -3, False),
)


def declare_silent(schools: Sequence[Establishment], rng: random.Random) -> None:
    """The first of these lycées of which the directory says no pathway: what their heads declare, days ago, and the answer to the first."""
    silent = [school for school in schools if not school.knows_pathways][: len(TAUGHT)]
    teams = teams_of(silent, rng)
    manager = demo_user(Role.CALL_MANAGER)
    for school, (pathways, on, is_confirmed) in zip(silent, TAUGHT, strict=False):
        _, head = teams[school.pk]
        with clock_at(days_from_now(on, 11)):
            values = {f"has_{pathway.value}": pathway in pathways for pathway in DECLARABLE}
            declaration = declare_fact(establishment=school, fact=Fact.PATHWAYS, values=values, note=texts.PATHWAYS, actor=head)
        if is_confirmed:
            with clock_at(days_from_now(on + 2, 15)):
                perform(declaration, "confirm", actor=manager)
