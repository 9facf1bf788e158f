"""The administration may say that a lycée is closed before the directory does.

Undone, a lycée that it alone says closed is again what the directory says.
"""

import django.db.models.deletion
import django.utils.timezone
import django_fsm

import portal.workflow.fields
from django.conf import settings
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def open_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    schools = apps.get_model("directory", "Establishment").objects.using(alias)
    standing = apps.get_model("directory", "SchoolClosure").objects.using(alias).filter(state="standing")
    for school, state in list(standing.order_by("pk").values_list("establishment", "directory_state")):
        schools.filter(pk=school).update(state=state)


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_declared_pathways'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SchoolClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', portal.workflow.fields.StateField(choices=[('standing', 'En vigueur'), ('lifted', 'Annulée'), ('superseded', 'Reprise par l’annuaire')], db_index=True, default='standing', max_length=50, protected=True, verbose_name='état')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='annulée le')),
                ('lift_reason', models.TextField(blank=True, verbose_name='motif de l’annulation')),
                ('closed_on', models.DateField(verbose_name='fermé le')),
                ('reason', models.TextField(verbose_name='motif')),
                ('directory_state', models.CharField(choices=[('open', 'Ouvert'), ('closing', 'À fermer'), ('closed', 'Fermé')], default='open', max_length=10, verbose_name='état dans l’annuaire')),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='notée le')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='notée par')),
                ('establishment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='directory.establishment', verbose_name='établissement')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='succeeded', to='directory.establishment', verbose_name='lycée qui lui succède')),
            ],
            options={
                'verbose_name': 'fermeture de lycée',
                'verbose_name_plural': 'fermetures de lycées',
                'ordering': ['-noted_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'standing')), fields=('establishment',), name='closure_one_standing'), models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('successor', models.F('establishment')), _negated=True), _connector='OR'), name='closure_successor_is_another', violation_error_message='Un lycée ne se succède pas à lui-même.')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.RunPython(migrations.RunPython.noop, open_again),
    ]
