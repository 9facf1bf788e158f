import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0006_declined_in_its_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="kept_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="brouillon personnel de",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="kept_until",
            field=models.DateField(blank=True, null=True, verbose_name="gardé jusqu’au"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kept_for__isnull", False)),
                fields=("call", "establishment", "kept_for"),
                name="application_one_personal_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_for", None), ("kept_until", None))
                | models.Q(("kept_for__isnull", False), ("state", "draft"), ("submitted_at", None)),
                name="application_personal_is_a_draft",
                violation_error_message="Un brouillon personnel ne se dépose pas.",
            ),
        ),
    ]
