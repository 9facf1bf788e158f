"""Documents that go with messages: drawn, if need be, by the worker that sends."""

from exports.issue import issue_document
from portal.notifications import registry
from portal.notifications.models import Message


def _attach(message_code: str, document_code: str) -> None:
    def provider(message: Message) -> list[tuple[str, bytes, str]]:
        subject = message.about_type.get_object_for_this_type(pk=message.about_id)
        file = issue_document(document_code, subject).file
        with file.content.open("rb") as content:
            return [(file.name, content.read(), "application/pdf")]

    registry.attach(message_code, provider)


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
