"""Lycées declare more than their pathways: pupils, boarders, priority education. Agencies follow départements, communes or lycées.

Undone, only declarations of pathways are left, one at most stands for a lycée, and a lycée of which boarders are not known has none.
"""

import django.db.models.deletion
import portal.workflow.fields
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

SILENT = {"has_general": False, "has_technological": False, "has_vocational": False}
PRIORITY = [('rep', 'REP'), ('rep_plus', 'REP+'), ('zep', 'ZEP'), ('none', 'Hors éducation prioritaire')]


def say_when(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Pupils are those of the school year of the file; what was confirmed stands where the directory said nothing."""
    alias = schema_editor.connection.alias
    schools = apps.get_model("directory", "Establishment").objects.using(alias)
    counted = schools.exclude(pupils=None).exclude(source_updated_on=None)
    for on in list(counted.order_by().values_list("source_updated_on", flat=True).distinct()):
        first = on.year if on.month >= 9 else on.year - 1
        counted.filter(source_updated_on=on).update(pupils_year=f"{first}-{first + 1}")
    apps.get_model("directory", "FactDeclaration").objects.using(alias).filter(state="confirmed").update(directory_values=SILENT)


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    declarations = apps.get_model("directory", "FactDeclaration").objects.using(alias)
    declarations.exclude(fact="pathways").delete()
    declarations.filter(state="replaced").update(state="superseded")
    confirmed = declarations.filter(state="confirmed").values("establishment")
    declarations.filter(state="declared", establishment__in=list(confirmed.values_list("establishment", flat=True))).update(state="withdrawn")
    apps.get_model("directory", "Establishment").objects.using(alias).filter(has_boarding=None).update(has_boarding=False)


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_closures_noted_by_the_administration'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint('pathwaydeclaration', 'declaration_one_standing'),
        migrations.RemoveConstraint('pathwaydeclaration', 'declaration_says_a_pathway'),
        migrations.RenameModel('PathwayDeclaration', 'FactDeclaration'),
        migrations.AlterModelOptions(
            'factdeclaration',
            options={'ordering': ['-declared_at'], 'verbose_name': 'déclaration du lycée', 'verbose_name_plural': 'déclarations des lycées'},
        ),
        migrations.AlterField(
            'factdeclaration', 'establishment',
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fact_declarations', to='directory.establishment', verbose_name='établissement'),
        ),
        migrations.AlterField(
            'factdeclaration', 'state',
            portal.workflow.fields.StateField(choices=[('declared', 'À confirmer'), ('confirmed', 'Confirmée'), ('refused', 'Refusée'), ('withdrawn', 'Retirée'), ('revoked', 'Annulée'), ('replaced', 'Remplacée par une autre'), ('superseded', 'Remplacée par l’annuaire')], db_index=True, default='declared', max_length=50, protected=True, verbose_name='état'),
        ),
        migrations.AddField(
            'factdeclaration', 'fact',
            models.CharField(choices=[('pathways', 'Voies de formation'), ('pupils', 'Nombre d’élèves'), ('boarding', 'Internat'), ('priority', 'Éducation prioritaire')], default='pathways', max_length=10, verbose_name='fait'),
            preserve_default=False,
        ),
        migrations.AddField('factdeclaration', 'pupils', models.PositiveIntegerField(blank=True, null=True, verbose_name='élèves')),
        migrations.AddField('factdeclaration', 'pupils_year', models.CharField(blank=True, max_length=9, verbose_name='année scolaire des élèves', default=''), preserve_default=False),
        migrations.AddField('factdeclaration', 'has_boarding', models.BooleanField(blank=True, null=True, verbose_name='internat')),
        migrations.AddField('factdeclaration', 'priority_education', models.CharField(blank=True, choices=PRIORITY, max_length=10, verbose_name='éducation prioritaire', default=''), preserve_default=False),
        migrations.AddField('factdeclaration', 'directory_values', models.JSONField(default=dict, verbose_name='ce que dit l’annuaire')),
        migrations.AddField(
            'factdeclaration', 'answered_by',
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='réponse donnée par'),
        ),
        migrations.AddField('establishment', 'priority_education', models.CharField(blank=True, choices=PRIORITY, max_length=10, verbose_name='éducation prioritaire', default=''), preserve_default=False),
        migrations.AddField('establishment', 'pupils_year', models.CharField(blank=True, max_length=9, verbose_name='année scolaire des élèves', default=''), preserve_default=False),
        migrations.AlterField('establishment', 'has_boarding', models.BooleanField(blank=True, null=True, verbose_name='internat')),
        migrations.AddField(
            'establishment', 'agency',
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followed', to='directory.territory', verbose_name='agence territoriale'),
        ),
        migrations.CreateModel(
            name='AgencyPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commune', 'Commune'), ('school', 'Lycée')], max_length=10, verbose_name='nature')),
                ('code', models.CharField(max_length=8, verbose_name='code')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='directory.territory', verbose_name='agence')),
            ],
            options={
                'verbose_name': 'ressort d’une agence',
                'verbose_name_plural': 'ressorts des agences',
                'ordering': ['kind', 'code'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'code'), name='agency_place_followed_once')],
            },
        ),
        migrations.RunPython(say_when, forget),
        migrations.AddConstraint(
            'factdeclaration',
            models.UniqueConstraint(condition=Q(('state', 'declared')), fields=('establishment', 'fact'), name='declaration_one_to_answer'),
        ),
        migrations.AddConstraint(
            'factdeclaration',
            models.CheckConstraint(
                condition=Q(fact='pathways') & (Q(has_general=True) | Q(has_technological=True) | Q(has_vocational=True))
                | Q(fact='pupils', pupils__isnull=False) & ~Q(pupils_year='')
                | Q(fact='boarding', has_boarding__isnull=False)
                | Q(fact='priority') & ~Q(priority_education=''),
                name='declaration_says_its_fact', violation_error_message='Une déclaration dit ce qu’elle déclare.',
            ),
        ),
    ]
