"""Columns of the lists of messages: the Région's outbox, and what one person received."""

from django.template.defaultfilters import truncatechars

from portal.addresses import address
from portal.notifications.models import Message
from portal.text import dates
from portal.text.typography import typo
from portal.ui.tables import Column
from portal.ui.templatetags.ui import badge


def _page(message: Message) -> str:
    return address("notifications:message", message.pk)


def _error(message: Message) -> str:
    return truncatechars(message.last_error, 90) if message.last_error and not message.is_sent else ""


def state_badge(message: Message) -> str:
    """Where a message stands, for its line and the head of its page."""
    if message.is_sent:
        return badge("ok", message.get_state_display())
    if message.is_lost:
        return badge("err", message.get_state_display())
    if message.is_digested:
        return badge("ok", message.get_state_display())
    if message.is_portal_only:
        return badge("neutral", message.get_state_display())
    if message.attempts:
        return badge("warn", "Nouvel essai prévu", icon="clock")
    return badge("accent", message.get_state_display(), icon="clock")


def _sent(message: Message) -> str:
    """When its mail left, or why none has."""
    return dates.moment(message.sent_at) if message.sent_at else message.get_state_display()


SUBJECT = Column("objet", "Objet", lambda message: typo(message.subject), link=_page, css="w", row_header=True)
WRITTEN = Column("ecrit", "Écrit le", "created_at", dates.moment)

OUTBOX = [
    SUBJECT,
    Column("destinataire", "Destinataire", "to_email", css="w text-break"),
    Column("etat", "État", state_badge, small=_error, small_css="text-break"),
    WRITTEN,
    Column("envoye", "Envoyé le", "sent_at", dates.moment),
]
MINE = [
    SUBJECT,
    Column("lecture", "Lecture", lambda message: "Lu" if message.read_at else badge("accent", "Non lu", icon="envelope")),
    Column("adresse", "Adresse", "to_email", css="text-break"),
    WRITTEN,
    Column("envoye", "Par courriel", _sent),
]
