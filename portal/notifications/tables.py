"""Columns of the lists of messages: the Région's outbox, and what one person received."""

from django.template.defaultfilters import truncatechars
from django.urls import reverse

from portal.notifications.models import Message
from portal.text import dates, french
from portal.ui.tables import Column


def _page(message: Message) -> str:
    return reverse("notifications:message", args=[message.pk])


def _error(message: Message) -> str:
    return truncatechars(message.last_error, 90) if message.last_error and not message.is_sent else ""


SUBJECT = Column("objet", "Objet", lambda message: french.typo(message.subject), link=_page, css="w", row_header=True)
WRITTEN = Column("ecrit", "Écrit le", "created_at", dates.moment)

OUTBOX = [
    SUBJECT,
    Column("destinataire", "Destinataire", "to_email", css="w text-break"),
    Column("etat", "État", template="notifications/_state.html", small=_error, small_css="text-break"),
    WRITTEN,
    Column("envoye", "Envoyé le", "sent_at", dates.moment),
]
MINE = [SUBJECT, Column("adresse", "Adresse", "to_email", css="text-break"), WRITTEN]
