"""Pathways that the directory leaves empty are declared by the head of the lycée, and confirmed."""

import django.db.models.deletion
import django.utils.timezone
import django_fsm

import portal.workflow.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PathwayDeclaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', portal.workflow.fields.StateField(choices=[('declared', 'À confirmer'), ('confirmed', 'Confirmée'), ('refused', 'Refusée'), ('withdrawn', 'Retirée'), ('revoked', 'Annulée'), ('superseded', 'Remplacée par l’annuaire')], db_index=True, default='declared', max_length=50, protected=True, verbose_name='état')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('answer', models.TextField(blank=True, verbose_name='motif de la réponse')),
                ('has_general', models.BooleanField(default=False, verbose_name='voie générale')),
                ('has_technological', models.BooleanField(default=False, verbose_name='voie technologique')),
                ('has_vocational', models.BooleanField(default=False, verbose_name='voie professionnelle')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='précision')),
                ('declared_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déclaré le')),
                ('declared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déclaré par')),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pathway_declarations', to='directory.establishment', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'déclaration de voies',
                'verbose_name_plural': 'déclarations de voies',
                'ordering': ['-declared_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('declared', 'confirmed'))), fields=('establishment',), name='declaration_one_standing'), models.CheckConstraint(condition=models.Q(('has_general', True), ('has_technological', True), ('has_vocational', True), _connector='OR'), name='declaration_says_a_pathway', violation_error_message='Une déclaration dit au moins une voie.')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
    ]
