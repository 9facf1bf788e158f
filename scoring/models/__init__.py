from scoring.models.amounts import AmountPolicy
from scoring.models.assessment import Applicability, Assessment, ComputedMark, Score
from scoring.models.balance import BalanceRule, CallIpsBands, CallRule, FileLock, RuleLeftOut, SessionEnvelope
from scoring.models.decision import DecisionCut, DecisionLine, FundingDecision, Vote
from scoring.models.envelope import AnnouncedAmount, Envelope, EnvelopeTransfer
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
    "AnnouncedAmount",
    "Applicability",
    "Assessment",
    "BalanceRule",
    "CallIpsBands",
    "CallRule",
    "CallTrial",
    "ComputedMark",
    "Criterion",
    "DecisionCut",
    "DecisionLine",
    "Envelope",
    "EnvelopeTransfer",
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
