from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0008_waves_that_follow")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="eligibility",
            field=models.JSONField(blank=True, default=None, null=True, verbose_name="condition d’éligibilité"),
        ),
        migrations.AddField(
            model_name="requestline",
            name="is_asked",
            field=models.BooleanField(default=True, editable=False),
        ),
    ]
