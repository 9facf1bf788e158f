"""Mails of an embedded portal: one file each, in a folder."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes each mail as `<Message-ID>.eml` below EMAIL_FILE_PATH.

    The name comes from the Message-ID alone: the same message sent twice leaves one file. The file appears whole or
    not at all.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mail = message.message()
            name = re.sub(r"[^A-Za-z0-9._@-]", "_", mail["Message-ID"].strip("<>"))[:180]
            draft = folder / f".{name}.{os.getpid()}"
            draft.write_bytes(mail.as_bytes(linesep="\r\n"))
            draft.replace(folder / f"{name}.eml")
        return len(email_messages)
