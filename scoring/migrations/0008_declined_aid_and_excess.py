"""A school may decline an aid after its release; finance may let orders engage more than the vote."""


import django.db.models.deletion
import portal.workflow.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0002_outcome_choices'),
        ('scoring', '0007_frozen_numbers_waivers_errata'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='fundingdecision',
            name='decision_state_has_dates',
        ),
        migrations.AddField(
            model_name='fundingdecision',
            name='declined_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='déclinée le'),
        ),
        migrations.AddField(
            model_name='fundingdecision',
            name='excess_amount',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='dépassement autorisé TTC'),
        ),
        migrations.AddField(
            model_name='fundingdecision',
            name='excess_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fundingdecision',
            name='kept_amount',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='gardé après refus TTC'),
        ),
        migrations.AlterField(
            model_name='fundingdecision',
            name='state',
            field=portal.workflow.fields.StateField(choices=[('proposed', 'Proposée'), ('voted', 'Votée'), ('released', 'Notifiée'), ('declined', 'Déclinée par le lycée')], db_index=True, default='proposed', max_length=50, protected=True, verbose_name='état'),
        ),
        migrations.AddConstraint(
            model_name='fundingdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_at', None), ('state', 'proposed'), ('voted_at', None)), models.Q(('released_at', None), ('state', 'voted'), ('voted_at__isnull', False)), models.Q(('released_at__isnull', False), ('state', 'released'), ('voted_at__isnull', False)), models.Q(('released_at__isnull', False), ('state', 'declined'), ('voted_at__isnull', False)), _connector='OR'), name='decision_state_has_dates', violation_error_message='Une décision votée ou notifiée en porte la date.'),
        ),
        migrations.AddConstraint(
            model_name='fundingdecision',
            constraint=models.CheckConstraint(condition=models.Q(('excess_amount__gte', 0)), name='decision_excess_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='fundingdecision',
            constraint=models.CheckConstraint(condition=models.Q(('kept_amount__gte', 0)), name='decision_kept_not_negative'),
        ),
        migrations.AlterField(
            model_name='selectionrun',
            name='status',
            field=models.CharField(blank=True, choices=[('', 'En attente'), ('proven', 'Optimum d’après le solveur'), ('bounded', 'Meilleure solution trouvée'), ('infeasible', 'Règles incompatibles')], default='', max_length=10, verbose_name='état'),
        ),
        migrations.AlterField(
            model_name='selectionscenario',
            name='status',
            field=models.CharField(blank=True, choices=[('', 'En attente'), ('proven', 'Optimum d’après le solveur'), ('bounded', 'Meilleure solution trouvée'), ('infeasible', 'Règles incompatibles')], max_length=10, verbose_name='état de la preuve'),
        ),
    ]
