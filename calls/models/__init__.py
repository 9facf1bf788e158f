from calls.models.application import Answer, Application, ApplicationVersion, Attachment, Presence
from calls.models.call import Call, Programme, Questionnaire
from calls.models.completion import CompletionRequest
from calls.models.request_line import RequestLine

__all__ = [
    "Answer",
    "Application",
    "ApplicationVersion",
    "Attachment",
    "Call",
    "CompletionRequest",
    "Presence",
    "Programme",
    "Questionnaire",
    "RequestLine",
]
