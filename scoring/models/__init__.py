from scoring.models.amounts import AmountPolicy
from scoring.models.assessment import Applicability, Assessment, ComputedMark, Score
from scoring.models.balance import BalanceRule, CallIpsBands, CallRule, FileLock, RuleLeftOut, SessionEnvelope
from scoring.models.decision import DecisionLine, Envelope, FundingDecision, Vote
from scoring.models.grid import Criterion, Grid, GridErratum
from scoring.models.interest import InterestDeclaration
from scoring.models.panel import PanelMember
from scoring.models.proof import ProofChecker, SelectionProof, SelectionPublication
from scoring.models.question import JuryQuestion
from scoring.models.session import ScenarioLine, SelectionRun, SelectionScenario, SelectionSession
from scoring.models.trial import CallTrial
from scoring.models.waiver import Waiver

__all__ = [
    "AmountPolicy",
    "Applicability",
    "Assessment",
    "BalanceRule",
    "CallIpsBands",
    "CallRule",
    "CallTrial",
    "ComputedMark",
    "Criterion",
    "DecisionLine",
    "Envelope",
    "FileLock",
    "FundingDecision",
    "Grid",
    "GridErratum",
    "InterestDeclaration",
    "JuryQuestion",
    "PanelMember",
    "ProofChecker",
    "RuleLeftOut",
    "ScenarioLine",
    "Score",
    "SelectionProof",
    "SelectionPublication",
    "SelectionRun",
    "SelectionScenario",
    "SelectionSession",
    "SessionEnvelope",
    "Vote",
    "Waiver",
]
