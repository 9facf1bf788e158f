"""A paper of headings and paragraphs, for whatever the portal has to say at length: the rules of a call of the demonstration."""

from django.conf import settings

from exports.pdf.document import Letterhead, build
from exports.pdf.flowables import body, heading
from portal.files import papers


@papers.register
def render_plain(title: str, parts: papers.Parts) -> bytes:
    """A PDF of these parts under the letterhead of the Région."""
    blocks = [heading(title)]
    for name, text in parts:
        blocks += [heading(name, 2), *body(text)]
    region, service = settings.REGION_NAME, settings.REGION_SERVICE
    return build(title, blocks, Letterhead(region, service, f"{region}, {service}"))
