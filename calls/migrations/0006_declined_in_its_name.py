"""An aid may be declined by the school or in its name: the state says neither."""

import portal.workflow.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0005_unsuccessful_call'),
    ]

    operations = [
        migrations.AlterField(
            model_name='application',
            name='state',
            field=portal.workflow.fields.StateField(choices=[('draft', 'Brouillon, non déposé'), ('awaiting_approval', 'Visa demandé'), ('submitted', 'Déposé'), ('admissible', 'Recevable'), ('inadmissible', 'Irrecevable'), ('assessed', 'Noté'), ('decided', 'Décidé'), ('accepted_by_school', 'Accepté par le lycée'), ('declined_by_school', 'Aide déclinée'), ('closed', 'Clos'), ('withdrawn', 'Retiré')], db_index=True, default='draft', max_length=50, protected=True, verbose_name='état'),
        ),
    ]
