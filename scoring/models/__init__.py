from scoring.models.assessment import Assessment, ComputedMark, Score
from scoring.models.decision import DecisionLine, Envelope, FundingDecision, Vote
from scoring.models.grid import Criterion, Grid
from scoring.models.panel import InterestDeclaration, PanelMember
from scoring.models.session import ScenarioLine, SelectionScenario, SelectionSession

__all__ = [
    "Assessment",
    "ComputedMark",
    "Criterion",
    "DecisionLine",
    "Envelope",
    "FundingDecision",
    "Grid",
    "InterestDeclaration",
    "PanelMember",
    "ScenarioLine",
    "Score",
    "SelectionScenario",
    "SelectionSession",
    "Vote",
]
