"""Documents that go with messages: drawn, if need be, by the worker that sends."""

from django.utils import timezone

from exports.issue import documents_about, issue_document, may_read_document
from portal.accounts.models import User
from portal.notifications import registry
from portal.notifications.models import Message


def _attach(message_code: str, document_code: str) -> None:
    def provider(message: Message) -> list[tuple[str, bytes, str]]:
        subject = message.about_type.get_object_for_this_type(pk=message.about_id)
        file = issue_document(document_code, subject).file
        with file.content.open("rb") as content:
            return [(file.name, content.read(), "application/pdf")]

    def readable(message: Message, user: User) -> list[tuple[str, str]]:
        """The edition that left with the message, for whoever may open it today."""
        subject = message.about_type.model_class()._base_manager.filter(pk=message.about_id).first()
        drawn = [each for each in documents_about(subject) if each.kind == document_code] if subject else []
        sent = [each for each in drawn if each.issued_at <= (message.sent_at or timezone.now())]
        return [(each.title, each.file.get_absolute_url()) for each in sent[-1:] if may_read_document(user, each.file)]

    registry.attach(message_code, provider)
    registry.link_attachments(message_code, readable)


for message, document in {
    "application_received": "receipt",
    "decision_released": "decision_letter",
    "order_sent": "purchase_order",
    "order_accepted": "order_acceptance",
    "order_accepted_with_reserves": "order_acceptance",
    "reserves_lifted": "order_lifting",
    "order_references_corrected": "purchase_order",
    "work_references_corrected": "service_order",
    "work_ordered": "service_order",
    "work_accepted": "work_acceptance",
    "work_reserves_lifted": "work_lifting",
}.items():
    _attach(message, document)
