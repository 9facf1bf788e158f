"""Reading what mail servers send back: reports of delivery (RFC 3464), and nothing else. Pure: who is concerned is found elsewhere."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message

MOST_BYTES = 2 * 1024 * 1024  # of a report: more is no report
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
# Refused for good, and yet the address lives: mailbox full, message too long, system, content, policy (RFC 3463).
_OF_THE_MESSAGE = ("5.2.2", "5.2.3", "5.3.", "5.6.", "5.7.")


@dataclass(frozen=True)
class ServerReport:
    """What a report says of one mail: its Message-ID, to whom it was going, whether it is over, why."""

    message_id: str
    recipients: frozenset[str]
    is_over: bool  # « failed »; a mail that is only delayed is still on its way
    status: str  # RFC 3463, « 5.1.1 »
    words: str

    @property
    def closes_address(self) -> bool:
        """Whether nothing will reach this address: refused for good, and for what it is."""
        return self.is_over and closes_address(self.status)


def closes_address(status: str) -> bool:
    return status.startswith("5.") and not status.startswith(_OF_THE_MESSAGE)


def read_report(raw: bytes) -> ServerReport | None:
    """The report in a mail; None when it is none: an answer of the absent, spam, something broken. Never raises."""
    if len(raw) > MOST_BYTES:
        return None
    try:
        mail = email.message_from_bytes(raw, policy=policy.default)
        if mail.get_content_type() != "multipart/report" or str(mail.get_param("report-type", "")).lower() != "delivery-status":
            return None
        fields = _delivery_status(mail)
        message_id = _original_id(mail)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):  # what a forged header makes the parser say
        return None
    if not fields or not message_id:
        return None
    return _notice(message_id, fields)


def _notice(message_id: str, fields: Message) -> ServerReport | None:
    status = _STATUS.search(str(fields.get("Status", "")))
    if status is None:
        return None
    named = (str(fields.get(name, "")).rpartition(";")[2].strip(" <>").lower() for name in ("Original-Recipient", "Final-Recipient"))
    words = " ".join(str(fields.get("Diagnostic-Code", "")).rpartition(";")[2].split())
    is_over = str(fields.get("Action", "")).strip().lower() == "failed"
    return ServerReport(message_id, frozenset(filter(None, named)), is_over, status.group(), words[:300])


def _delivery_status(mail: EmailMessage) -> Message | None:
    """The fields of the one recipient: each mail of the portal has one."""
    for part in _walk(mail):
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            return next((block for block in blocks if isinstance(block, Message) and block.get("Final-Recipient")), None)
    return None


def _original_id(mail: EmailMessage) -> str:
    """The Message-ID of the mail that came back, from its headers or from the whole of it."""
    for part in _walk(mail):
        if part.get_content_type() == "text/rfc822-headers":
            returned = email.message_from_string(str(part.get_payload(decode=True), "utf-8", "replace"))
        elif part.get_content_type() == "message/rfc822":
            returned = part.get_payload(0)
        else:
            continue
        if found := _MESSAGE_ID.search(str(returned.get("Message-ID", ""))):
            return found.group()
    return ""


def _walk(mail: EmailMessage) -> Iterator[Message]:
    """The parts of the report itself: what is attached to the mail that came back is not looked into."""
    return iter(mail.iter_parts())
