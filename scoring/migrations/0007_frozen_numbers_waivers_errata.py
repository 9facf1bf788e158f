"""What a closed sitting froze stays so; files deliberated by exception; corrections of a grid already public."""


import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def freeze_readings_of_closed_sittings(apps, schema_editor):
    """A sitting already closed has its numbers: those of today, before any link is declared later."""
    Assessment, Session = apps.get_model("scoring", "Assessment"), apps.get_model("scoring", "SelectionSession")
    Interest, RoleGrant = apps.get_model("scoring", "InterestDeclaration"), apps.get_model("accounts", "RoleGrant")
    declared = Interest.objects.filter(user=models.OuterRef("juror"), application=models.OuterRef("application"))
    school = models.OuterRef("application__establishment")
    linked = RoleGrant.objects.filter(user=models.OuterRef("juror"), establishment=school, role__in=["member", "head"])
    closed = Session.objects.filter(state__in=["closed", "minutes_signed"]).values("call")
    readings = Assessment.objects.filter(application__call__in=closed)
    counted = readings.filter(~models.Exists(declared), ~models.Exists(linked), state="submitted")
    readings.filter(pk__in=counted.values("pk")).update(is_counted=True)
    readings.filter(is_counted=None).update(is_counted=False)


def freeze_published_grids(apps, schema_editor):
    """Weights that the public has read do not change in silence any more."""
    Grid, Criterion = apps.get_model("scoring", "Grid"), apps.get_model("scoring", "Criterion")
    rated = Criterion.objects.filter(kind="rated", weight__gt=0).values("grid")
    grids = Grid.objects.filter(frozen_at=None, pk__in=rated).exclude(call__state__in=["draft", "withdrawn"])
    grids.update(frozen_at=django.utils.timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('calls', '0002_outcome_choices'),
        ('scoring', '0006_one_selection_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='comment_version',
            field=models.PositiveIntegerField(default=0, verbose_name='version de l’appréciation'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='is_counted',
            field=models.BooleanField(editable=False, null=True, verbose_name='compte dans la note, une fois la séance close'),
        ),
        migrations.AddField(
            model_name='score',
            name='version',
            field=models.PositiveIntegerField(default=0, verbose_name='version'),
        ),
        migrations.CreateModel(
            name='GridErratum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='erratum')),
                ('changes', models.JSONField(default=list, verbose_name='ce qui change')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='publié le')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='errata', to='scoring.grid')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='publié par')),
            ],
            options={
                'verbose_name': 'erratum de la grille',
                'verbose_name_plural': 'errata de la grille',
                'ordering': ['published_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='motif')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='accordée le')),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='waiver', to='calls.application', verbose_name='dossier')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accordée par')),
            ],
            options={
                'verbose_name': 'dérogation',
                'verbose_name_plural': 'dérogations',
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='waiver_has_reason', violation_error_message='Une dérogation dit pourquoi.')],
            },
        ),
        migrations.RunPython(freeze_readings_of_closed_sittings, migrations.RunPython.noop),
        migrations.RunPython(freeze_published_grids, migrations.RunPython.noop),
    ]
