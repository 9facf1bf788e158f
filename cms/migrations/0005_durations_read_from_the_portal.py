"""The page on personal data prints the durations that the portal applies, in place of those that were written in it."""

import json
import re
from uuid import uuid4

from django.db import migrations

# As the portal had written them: a text that editors have rewritten is theirs, and stays.
WRITTEN = re.compile(r"<h2>Combien de temps</h2>.*?Le portail n’efface rien d’autre de lui-même\..*?(?=<h2>|$)", re.DOTALL)


def renewed(body):
    """The blocks of a page, the durations being a block of their own; the same where they were not found as written."""
    found = []
    for block in body:
        parts = WRITTEN.split(block["value"], maxsplit=1) if block["type"] == "text" else []
        if len(parts) != 2:
            found.append(block)
            continue
        texts = [{"type": "text", "value": part.strip(), "id": str(uuid4())} for part in parts]
        blocks = [texts[0], {"type": "retention", "value": None, "id": str(uuid4())}, texts[1]]
        found += [each for each in blocks if each["type"] != "text" or each["value"]]
    return found


def read_from_the_portal(apps, schema_editor):
    page_model = apps.get_model("cms", "StandardPage")
    revisions = apps.get_model("wagtailcore", "Revision").objects
    for page in page_model.objects.filter(slug="donnees-personnelles"):
        before = [dict(block) for block in page.body.raw_data]
        after = renewed(before)
        if after == before:
            continue
        page_model.objects.filter(pk=page.pk).update(body=after)
        for revision in revisions.filter(object_id=str(page.pk), content_type__app_label="cms", content_type__model="standardpage"):
            content = dict(revision.content)
            content["body"] = json.dumps(renewed(json.loads(content["body"])))
            revisions.filter(pk=revision.pk).update(content=content)


class Migration(migrations.Migration):
    dependencies = [("cms", "0004_retention_on_the_page"), ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes")]

    # Back: the block stays, and older code draws nothing of it; the text is written again by an editor.
    operations = [migrations.RunPython(read_from_the_portal, migrations.RunPython.noop)]
