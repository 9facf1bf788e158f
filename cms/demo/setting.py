"""Programmes, calls, grids, juries and envelopes of the demonstration."""

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from calls.models import Call, Programme, Questionnaire
from calls.queries.knowledge import with_known
from calls.reasons import shipped_reasons
from calls.shipped import lycee_40, usages_numeriques
from cms.actions import draft_call_page
from cms.demo.clock import days_from_now
from cms.demo.money import open_money
from cms.demo.pages import fill_page
from portal.accounts.demo import PEOPLE
from portal.accounts.models import User
from portal.directory.models import Authority
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.balance import DraftRefused
from scoring.actions.call_rules import save_call_rule
from scoring.actions.grid import add_criterion, create_grid
from scoring.actions.panel import seat_member
from scoring.enums import RuleMeasure
from scoring.shipped import GRIDS, LEVELS
from scoring.wording.drafts import RuleDraft

# Rules of balance that calls publish, by reference; the sitting of the first wave sets its own, as juries did before.
ANNOUNCED = {
    "L40-V2": (
        RuleDraft(RuleMeasure.COUNT, ("sector:private",), minimum=Decimal(3), lowest_minimum=Decimal(1)),
        RuleDraft(RuleMeasure.COUNT_SHARE, ("density:rural",), minimum=Decimal(20), penalty_points=Decimal("0.5")),
        RuleDraft(RuleMeasure.COUNT_SHARE, ("ips:1", "ips:2"), minimum=Decimal(40)),
    ),
    "UN-2026": (RuleDraft(RuleMeasure.COUNT, ("sector:private",), maximum=Decimal(10), highest_maximum=Decimal(12)),),
}
# Criteria that apply to some files only, by programme: at the end of the grid that the portal ships.
UNDER_CONDITION = {
    "lycee-4-0": {
        "group": "Internat",
        "label": "Usages à l’internat",
        "help": "Ce que les internes feront du projet, le soir et le mercredi.",
        "weight": 1,
        "max_points": 5,
        "levels": [dict(level) for level in LEVELS],
        "question_keys": ["resume"],
        "applies_if": {"any": [{"lycee": "boarding", "equals": True}, {"answer": "resume", "contains": "internes"}]},
    }
}
# Lycée 4.0 with an amount in euros beside the needs: it counts in the request, and is paid to the lycée.
SUPPORT = {
    "key": "accompagnement",
    "title": "Accompagnement",
    "help": "Ce que le lycée paie lui-même, et que la Région lui verse.",
    "questions": [
        {
            "key": "accompagnement",
            "kind": "amount",
            "label": "Intervenants et sorties TTC",
            "required": False,
            "maximum": "3000.00",
            "requested": True,
        }
    ],
}
# The second wave asks who else carries the project, and looks at how many pupils it is for.
PARTNERS = {
    "key": "partenaires",
    "kind": "partners",
    "label": "Lycées partenaires",
    "help": "Ceux qui mèneront le projet avec vous : chacun donne son accord sur le portail.",
    "required": False,
    "most": 3,
}
WITH_PARTNERS = {
    "sections": [
        section | {"questions": [*section["questions"], PARTNERS]} if section["key"] == "comite" else section
        for section in lycee_40.DEFINITION["sections"]
    ]
}
# What the partners sign between them, which may come after the filing.
AGREEMENT = {
    "key": "convention",
    "kind": "file",
    "label": "Convention entre les lycées partenaires",
    "help": "Demandée aux lycées privés : leur organisme de gestion la signe aussi.",
    "required": False,
    "required_if": {"all": [{"lycee": "sector", "equals": "private"}, {"answer": "partenaires", "at_least": 1}]},
    "accept": ["pdf"],
}
FOLLOWS_FOR = 30  # days after the closing
LOOKED_AT = {
    "L40-V2": [
        {
            "key": "effectif",
            "label": "Assez d’élèves pour un projet de lycée",
            "condition": {"answer": "eleves", "at_least": 10},
            "message": "Demandez au lycée s’il s’agit d’une seule classe, et laquelle.",
        },
        {
            "key": "deliberation-du-projet",
            "label": "La délibération porte sur ce projet",
            "ticked": True,
            "help": "Elle nomme le projet ou l’appel, et approuve la part du lycée. Un procès-verbal entier convient s’il est signé.",
            "blocking": True,
            "reason": "deliberation-absente",
        },
        {
            "key": "diagnostic-du-reseau",
            "label": "Le câblage demandé est au diagnostic du réseau",
            "ticked": True,
            "help": "Comparez avec le diagnostic de l’agence territoriale. Sans câblage demandé, cochez « Sans objet ».",
            "blocking": False,
            "reason": "",
        },
    ]
}
WITH_SUPPORT = {"sections": [*lycee_40.DEFINITION["sections"], SUPPORT]}


@dataclass(frozen=True)
class Plan:
    """A call of the demonstration; days count from today."""

    programme: str
    reference: str
    slug: str
    title: str
    wave: int
    summary: str
    opens: int
    closes: int
    jury: int
    results: int
    budget: Decimal
    ceiling: Decimal
    definition: dict
    grid: str
    sealed: bool = False


WAVE_1 = Plan(
    "lycee-4-0", "L40-V1", "lycee-4-0-vague-1", "Lycée 4.0, vague 1", 1,
    "Câbler, équiper, former : les premiers lycées à passer aux manuels et aux usages numériques.",
    -190, -150, -110, -80, Decimal("2700000.00"), Decimal("140000.00"), WITH_SUPPORT, "lycee-40",
)  # fmt: skip
WAVE_2 = Plan(
    "lycee-4-0", "L40-V2", "lycee-4-0-vague-2", "Lycée 4.0, vague 2", 2,
    "Câbler, équiper, former : 62 lycées à retenir après un second appel.",
    -32, 18, 60, 100, Decimal("6000000.00"), Decimal("140000.00"), WITH_PARTNERS, "lycee-40",
)  # fmt: skip
USAGES = Plan(
    "usages-numeriques", "UN-2026", "usages-numeriques-2026", "Usages numériques 2026", 1,
    "Des équipes pédagogiques proposent une pratique nouvelle, la Région en finance les moyens.",
    -70, -21, 20, 45, Decimal("600000.00"), Decimal("45000.00"), usages_numeriques.DEFINITION, "usages-numeriques",
)  # fmt: skip
USAGES_BEFORE = Plan(
    "usages-numeriques", "UN-2025", "usages-numeriques-2025", "Usages numériques 2025", 1,
    "Des équipes pédagogiques proposent une pratique nouvelle, la Région en finance les moyens.",
    -120, -60, -1, 25, Decimal("120000.00"), Decimal("45000.00"), usages_numeriques.DEFINITION, "usages-numeriques",
)  # fmt: skip
BOARDING = Plan(
    "usages-numeriques", "UN-2026-INT", "usages-numeriques-internats-2026", "Usages numériques à l’internat 2026", 2,
    "Le soir et le mercredi, ce que les internes font du numérique. Les dossiers restent scellés jusqu’à leur ouverture.",
    -45, -2, 40, 70, Decimal("90000.00"), Decimal("45000.00"), usages_numeriques.DEFINITION, "usages-numeriques", sealed=True,
)  # fmt: skip
PROGRAMMES = {
    "lycee-4-0": ("Lycée 4.0", "Manuels et usages numériques, équipement, câblage et formation des lycées."),
    "usages-numeriques": ("Usages numériques", "Pratiques pédagogiques innovantes, proposées par les équipes."),
}


def demo_user(role: Role) -> User:
    """The first demonstration account of this role."""
    person = next(p for p in PEOPLE if p.role == role)
    return User.objects.get(email=person.email)


def _definition_of(plan: Plan) -> dict:
    """The form of a call; that of the second wave ends with a piece that may follow the filing."""
    if plan is not WAVE_2:
        return plan.definition
    until = days_from_now(plan.closes + FOLLOWS_FOR).date().isoformat()
    *before, pieces = plan.definition["sections"]
    return {"sections": [*before, pieces | {"questions": [*pieces["questions"], AGREEMENT | {"follows_until": until}]}]}


def open_call(plan: Plan) -> Call:
    """Create the call with its form, grid, jury, envelope and page, and publish it. The clock must be before the closing."""
    name, summary = PROGRAMMES[plan.programme]
    programme, _ = Programme.objects.get_or_create(code=plan.programme, defaults={"name": name, "summary": summary})
    manager = demo_user(Role.CALL_MANAGER)
    call = Call.objects.create(
        programme=programme, reference=plan.reference, slug=plan.slug, title=plan.title, wave=plan.wave, summary=plan.summary,
        opens_at=days_from_now(plan.opens, 8), closes_at=days_from_now(plan.closes, 18), jury_on=days_from_now(plan.jury).date(),
        results_on=days_from_now(plan.results).date(), budget_amount=plan.budget, ceiling_amount=plan.ceiling,
        contact_email="lycees-numeriques@preau.example", previous=Call.objects.filter(programme=programme, wave=plan.wave - 1).first(),
        admissibility_lines=LOOKED_AT.get(plan.reference, []), reasons=shipped_reasons(plan.grid), sealed=plan.sealed,
    )  # fmt: skip
    Questionnaire.objects.create(call=call, version=1, definition=with_known(call, _definition_of(plan)))
    grid = create_grid(call=call, actor=manager, shipped=GRIDS[plan.grid])
    if values := UNDER_CONDITION.get(plan.programme):
        add_criterion(grid=grid, actor=manager, **values)
    for draft in ANNOUNCED.get(plan.reference, ()):
        with suppress(DraftRefused):  # a small directory has not every group
            save_call_rule(call=call, draft=draft, actor=manager)
    open_money(call, demo_user(Role.FINANCE), delegates=plan is BOARDING)
    for person in PEOPLE:
        if person.role in (Role.JUROR, Role.CHAIR):
            seat_member(
                call=call, user=User.objects.get(email=person.email), body=Authority.objects.get(code=person.authority),
                is_chair=person.role == Role.CHAIR, actor=manager,
            )  # fmt: skip
    page = draft_call_page(call=call, actor=manager)
    if page:
        fill_page(page, call)
        page.save_revision(user=manager).publish(user=manager)
    call.refresh_from_db()
    if call.is_draft:
        call = perform(call, "publish", actor=manager)
    return call
