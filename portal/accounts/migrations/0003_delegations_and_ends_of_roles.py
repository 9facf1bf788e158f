"""A head delegates acts to a person of the team; a role has a reason and is given until a day; a school has readers, and says who takes colleagues in.

Undone, delegations and choices of teams are lost; a reader keeps a role that gives nothing.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_grants_by_department'),
        ('directory', '0003_closures_noted_by_the_administration'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('head_name', models.CharField(max_length=200, verbose_name='donnée par')),
                ('acts', models.JSONField(default=list, verbose_name='actes')),
                ('calls', models.JSONField(blank=True, default=dict, verbose_name='appels')),
                ('starts_on', models.DateField(verbose_name='du')),
                ('ends_on', models.DateField(verbose_name='au')),
                ('signed_on', models.DateField(verbose_name='signée le')),
                ('deed', models.CharField(blank=True, max_length=200, verbose_name='délibération ou arrêté')),
                ('on_paper', models.BooleanField(default=False, verbose_name='donnée sur papier')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='enregistrée le')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='motif de la fin')),
            ],
            options={
                'verbose_name': 'délégation de signature',
                'verbose_name_plural': 'délégations de signature',
                'ordering': [models.OrderBy(models.F('ended_at'), descending=True, nulls_first=True), '-ends_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TeamSettings',
            fields=[
                ('establishment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='team_settings', serialize=False, to='directory.establishment', verbose_name='établissement')),
                ('members_accept', models.BooleanField(default=False, verbose_name='les membres de l’équipe peuvent accepter un collègue')),
            ],
            options={
                'verbose_name': 'réglage d’une équipe',
                'verbose_name_plural': 'réglages des équipes',
            },
        ),
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='grant_school_role_has_establishment',
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='motif'),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('member', 'Membre de l’équipe pédagogique'), ('reader', 'Lecture des dossiers de l’établissement'), ('head', 'Chef d’établissement'), ('juror', 'Membre du jury'), ('chair', 'Présidence du jury'), ('call_manager', 'Gestionnaire d’appels'), ('officer', 'Instruction'), ('finance', 'Finances'), ('orders', 'Commandes'), ('technician', 'Technicien d’agence territoriale'), ('auditor', 'Audit'), ('admin', 'Administration du portail')], max_length=20, verbose_name='rôle'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['member', 'head', 'reader']), _negated=True), ('establishment__isnull', False), _connector='OR'), name='grant_school_role_has_establishment', violation_error_message='Un rôle d’établissement dit lequel.'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='delegate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_held', to=settings.AUTH_USER_MODEL, verbose_name='personne'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='terminée par'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='establishment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='directory.establishment', verbose_name='établissement'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='given_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='enregistrée par'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='head',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='delegations_given', to=settings.AUTH_USER_MODEL, verbose_name='chef d’établissement'),
        ),
        migrations.AddField(
            model_name='teamsettings',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='choisi par'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='delegation_ends_after_it_starts', violation_error_message='Une délégation finit après avoir commencé.'),
        ),
    ]
