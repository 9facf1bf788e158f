"""What lycées declare where the directory does not say it: pathways, priority education; some confirmed, some await the Région."""

import random
from collections.abc import Sequence

from cms.demo import texts
from cms.demo.clock import clock_at, days_from_now
from cms.demo.people import teams_of
from cms.demo.setting import demo_user
from portal.directory.declarations import declare_fact
from portal.directory.enums import DECLARABLE, Fact, Pathway, PriorityEducation
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import perform

TAUGHT = (
    ((Pathway.GENERAL, Pathway.TECHNOLOGICAL, Pathway.VOCATIONAL), -26, True),
    ((Pathway.TECHNOLOGICAL, Pathway.VOCATIONAL), -3, False),
)
PRIORITY = ((PriorityEducation.ZEP, -30, True), (PriorityEducation.REP_PLUS, -2, False))


def declare_silent(schools: Sequence[Establishment], rng: random.Random) -> None:
    """What the first of these lycées declare, days ago, and the answers: their pathways where the directory says none, else priority education."""
    silent = [school for school in schools if not school.knows_pathways][: len(TAUGHT)]
    others = [school for school in schools if school.knows_pathways][: len(PRIORITY)]
    teams = teams_of([*silent, *others], rng)
    manager = demo_user(Role.CALL_MANAGER)
    for school, (pathways, on, is_confirmed) in zip(silent, TAUGHT, strict=False):
        _, head = teams[school.pk]
        with clock_at(days_from_now(on, 11)):
            values = {f"has_{pathway.value}": pathway in pathways for pathway in DECLARABLE}
            declaration = declare_fact(establishment=school, fact=Fact.PATHWAYS, values=values, note=texts.PATHWAYS, actor=head)
        if is_confirmed:
            with clock_at(days_from_now(on + 2, 15)):
                perform(declaration, "confirm", actor=manager)
    for school, (value, on, is_confirmed) in zip(others, PRIORITY, strict=False):
        member, _ = teams[school.pk]
        values = {"priority_education": value}
        with clock_at(days_from_now(on, 14)):
            declaration = declare_fact(establishment=school, fact=Fact.PRIORITY, values=values, note=texts.PRIORITY, actor=member)
        if is_confirmed:
            with clock_at(days_from_now(on + 2, 16)):
                perform(declaration, "confirm", actor=manager)
