"""A technician may hold the role for one department.

Undone, a grant of one department ends: it would otherwise become a grant of the whole Région.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions.comparison import Coalesce
from django.utils import timezone


def end_placed_grants(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    grants = apps.get_model("accounts", "RoleGrant").objects.using(schema_editor.connection.alias)
    grants.filter(department__isnull=False, ended_at=None).update(ended_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0001_initial"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="rolegrant", name="grant_once_in_force"),
        migrations.AddField(
            model_name="rolegrant",
            name="department",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="directory.territory",
                verbose_name="département",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.UniqueConstraint(
                models.F("user"), models.F("role"), Coalesce("establishment", 0), Coalesce("authority", 0), Coalesce("department", 0),
                condition=models.Q(("ended_at", None)), name="grant_once_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("department", None), ("role__in", ["technician"]), _connector="OR"), name="grant_department_suits_role",
                violation_error_message="Seul le rôle de technicien se limite à un département.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, end_placed_grants),
    ]
