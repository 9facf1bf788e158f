from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from calls.enums import CallState, Outcome
from scoring.enums import DecisionState
from scoring.models import Assessment, Criterion, Envelope, FundingDecision, Grid, PanelMember, SelectionSession
from tests.factories.accounts import UserFactory
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory

LEVELS = [
    {"points": 0, "label": "Absent", "description": "Le dossier n’en parle pas."},
    {"points": 2, "label": "Esquissé", "description": ""},
    {"points": 4, "label": "Solide", "description": ""},
    {"points": 5, "label": "Exemplaire", "description": ""},
]


class GridFactory(DjangoModelFactory):
    class Meta:
        model = Grid

    call = factory.SubFactory(CallFactory, state=CallState.ASSESSMENT, closed=True)


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    grid = factory.SubFactory(GridFactory)
    key = factory.Sequence(lambda n: f"critere-{n}")
    group = "Projet"
    label = factory.Sequence(lambda n: f"Critère {n}")
    weight = 1
    max_points = 5
    levels = LEVELS
    position = factory.Sequence(lambda n: n)


class PanelMemberFactory(DjangoModelFactory):
    class Meta:
        model = PanelMember

    call = factory.SubFactory(CallFactory)
    user = factory.SubFactory(UserFactory)
    body = factory.SubFactory(AuthorityFactory, region=True)


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = Assessment

    application = factory.SubFactory(ApplicationFactory, admissible=True)
    juror = factory.SubFactory(UserFactory)
    body = factory.SubFactory(AuthorityFactory, region=True)


class EnvelopeFactory(DjangoModelFactory):
    class Meta:
        model = Envelope

    call = factory.SubFactory(CallFactory)
    label = "Investissement lycées"
    amount = Decimal("1000000.00")


class SelectionSessionFactory(DjangoModelFactory):
    class Meta:
        model = SelectionSession

    call = factory.SubFactory(CallFactory, state=CallState.DELIBERATION, closed=True)
    held_at = factory.LazyFunction(timezone.now)


class FundingDecisionFactory(DjangoModelFactory):
    class Meta:
        model = FundingDecision

    application = factory.SubFactory(ApplicationFactory, admissible=True, complete=True)
    outcome = Outcome.AWARDED
    rank = 1
    score = Decimal("82.50")
    envelope = factory.SubFactory(EnvelopeFactory, call=factory.SelfAttribute("..application.call"))
    granted_amount = Decimal("57792.00")
    motive = "Projet solide et bien porté."
    state = DecisionState.PROPOSED
    voted_at = factory.LazyAttribute(lambda d: None if d.state == DecisionState.PROPOSED else timezone.now())
    released_at = factory.LazyAttribute(lambda d: timezone.now() if d.state == DecisionState.RELEASED else None)
