"""A call without any file for its jury ends for a reason, which is public."""

import portal.workflow.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0004_requests_taken_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='call',
            name='unsuccessful_because',
            field=models.TextField(blank=True, verbose_name='motif, si l’appel est infructueux'),
        ),
        migrations.AlterField(
            model_name='call',
            name='state',
            field=portal.workflow.fields.StateField(choices=[('draft', 'Brouillon'), ('published', 'Publié'), ('instruction', 'En instruction'), ('assessment', 'En notation'), ('deliberation', 'En délibération'), ('voted', 'Voté'), ('released', 'Résultats publiés'), ('archived', 'Archivé'), ('unsuccessful', 'Infructueux'), ('withdrawn', 'Retiré')], db_index=True, default='draft', max_length=50, protected=True, verbose_name='état'),
        ),
    ]
