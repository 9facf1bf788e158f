"""Templates of messages: a paragraph may be written on several lines, and leaves as one, which its reader wraps."""

import re
from pathlib import PurePath

from django.template import Origin
from django.template.loaders import app_directories

FOLDER = "email"  # every message of the portal, and of allauth, has its templates in a folder of this name
CONTINUED = re.compile(r"(?<=[^\n])\n {2}(?=\S)")


class Loader(app_directories.Loader):
    """Reads templates in the folders of the apps; in those of a message, a line set back by two spaces goes on the line above.

    As headers of a mail are folded (RFC 5322, 2.2.3). The source alone is joined, before it is compiled: a text typed by a person keeps its lines.
    """

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        return joined(contents) if PurePath(origin.name).parent.name == FOLDER else contents


def joined(source: str) -> str:
    """The source of a message with each continued line put back behind the one above, after a space."""
    return CONTINUED.sub(" ", source)
