"""A decision declined is so by its lycée, or in its name once it is closed: its state says the one as the other."""

import portal.workflow.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0013_amounts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fundingdecision',
            name='state',
            field=portal.workflow.fields.StateField(choices=[('proposed', 'Proposée'), ('voted', 'Votée'), ('released', 'Notifiée'), ('declined', 'Aide déclinée')], db_index=True, default='proposed', max_length=50, protected=True, verbose_name='état'),
        ),
    ]
