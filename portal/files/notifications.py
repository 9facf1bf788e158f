"""The one message about a file by itself."""

from collections.abc import Iterable

from portal.files.malware import NOTICE, concerned_by
from portal.files.models import StoredFile
from portal.notifications import registry
from portal.notifications.families import Always
from portal.notifications.registry import EmailNotification
from portal.roles import Actor


@registry.register(NOTICE)
class MalwareFound(EmailNotification):
    """A file that was received turned out to hold malware: whoever sent it, has it on a page, or took it."""

    template = "files/email/malware_found"

    def recipients(self, stored: StoredFile) -> Iterable:
        return concerned_by(stored).people

    def context(self, stored: StoredFile, actor: Actor | None) -> dict:
        told = concerned_by(stored)
        return {"place": told.place, "address": told.address}


registry.always_send(Always.SECURITY, NOTICE)
