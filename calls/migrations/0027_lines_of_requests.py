"""Each question of a stored request for complements becomes a point of it, explained by the message of the request."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write_lines(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The requests stay as they are: nothing of what was asked or answered is lost, here or on the way back."""
    request, line = apps.get_model("calls", "CompletionRequest"), apps.get_model("calls", "CompletionLine")
    stored = list(request.objects.filter(lines=None).order_by("pk").values_list("pk", "fields"))
    line.objects.bulk_create(
        [line(request_id=key, position=rank, question_key=question) for key, fields in stored for rank, question in enumerate(fields, 1)],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("calls", "0026_completion_lines")]

    operations = [migrations.RunPython(write_lines, migrations.RunPython.noop)]
