"""Columns of what was written about one file: those of the outbox, without the page of the message, which is its addressee's."""

from portal.notifications.tables import OUTBOX
from portal.text.typography import typo
from portal.ui.tables import Column

MAILS = [Column("objet", "Objet", lambda message: typo(message.subject), css="w", row_header=True), *OUTBOX[1:]]
