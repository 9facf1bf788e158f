from calls.models.admissibility_tick import AdmissibilityTick
from calls.models.application import Answer, Application, Attachment, Presence
from calls.models.application_version import ApplicationVersion
from calls.models.bulk_act import BulkAct, BulkItem
from calls.models.call import Call, Programme, Questionnaire, slug_of
from calls.models.call_model import CallModel
from calls.models.completion import CompletionRequest
from calls.models.completion_line import CompletionLine
from calls.models.form_revision import FormRevision
from calls.models.given_reason import GivenReason
from calls.models.new_version import NewVersion
from calls.models.opinion import Opinion
from calls.models.partnership import Partnership
from calls.models.reference_data import ReferenceEdition, ReferenceRow, ReferenceSet
from calls.models.reminder import Reminder
from calls.models.request_line import RequestLine
from calls.models.retention import RetentionHold, RetentionItem, RetentionPeriod, RetentionProposal
from calls.models.saved_view import SavedView
from calls.models.school_extension import SchoolExtension, read_closings
from calls.models.visa_remark import VisaRemark
from calls.models.withdrawal_request import WithdrawalRequest

__all__ = [
    "AdmissibilityTick",
    "Answer",
    "Application",
    "ApplicationVersion",
    "Attachment",
    "BulkAct",
    "BulkItem",
    "Call",
    "CallModel",
    "CompletionLine",
    "CompletionRequest",
    "FormRevision",
    "GivenReason",
    "NewVersion",
    "Opinion",
    "Partnership",
    "Presence",
    "Programme",
    "Questionnaire",
    "ReferenceEdition",
    "ReferenceRow",
    "ReferenceSet",
    "Reminder",
    "RequestLine",
    "RetentionHold",
    "RetentionItem",
    "RetentionPeriod",
    "RetentionProposal",
    "SavedView",
    "SchoolExtension",
    "VisaRemark",
    "WithdrawalRequest",
    "read_closings",
    "slug_of",
]
