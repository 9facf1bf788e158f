"""The columns of the one-quota scenario go; what they held was kept by the previous migration, which puts it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_one_selection")]

    operations = [
        migrations.RemoveField(model_name="scenarioline", name="in_group"),
        migrations.RemoveField(model_name="scenarioline", name="other"),
        migrations.AlterField(
            model_name="selectionscenario",
            name="doctrine",
            field=models.CharField(
                choices=[
                    ("ranked", "Liste classée, coupée par l’enveloppe et les places"),
                    ("merit", "Ordre de mérite sous les règles"),
                    ("sum", "Total des notes le plus élevé sous les règles"),
                ],
                default="ranked",
                max_length=12,
                verbose_name="méthode",
            ),
        ),
    ]
