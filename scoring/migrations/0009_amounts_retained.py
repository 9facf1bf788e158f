"""A retained line may be an amount asked in the form, which is paid, beside the needs, which are ordered."""

import django.db.models.deletion
from django.conf import settings
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def drop_amounts(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Back to lines that are needs alone: the decisions keep what they grant, without the line that said which amount."""
    schema_editor.execute("DELETE FROM scoring_decisionline WHERE request_line_id IS NULL")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose checks are pending cannot be altered


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0003_what_is_typed_and_answered'),
        ('scoring', '0008_declined_aid_and_excess'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='decisionline',
            name='asked_amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='demandé TTC'),
        ),
        migrations.AddField(
            model_name='decisionline',
            name='label',
            field=models.TextField(blank=True, verbose_name='montant demandé pour'),
        ),
        migrations.AddField(
            model_name='decisionline',
            name='question_key',
            field=models.CharField(blank=True, max_length=60, verbose_name='question'),
        ),
        migrations.AddField(
            model_name='fundingdecision',
            name='to_pay_amount',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='à verser TTC'),
        ),
        migrations.AlterField(
            model_name='decisionline',
            name='quantity',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='quantité retenue'),
        ),
        migrations.AlterField(
            model_name='decisionline',
            name='request_line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.requestline'),
        ),
        migrations.AddConstraint(
            model_name='decisionline',
            constraint=models.UniqueConstraint(condition=models.Q(('question_key', ''), _negated=True), fields=('decision', 'question_key'), name='decision_amount_once'),
        ),
        migrations.AddConstraint(
            model_name='decisionline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked_amount', None), ('quantity__isnull', False), ('question_key', ''), ('request_line__isnull', False)), models.Q(('asked_amount__gte', models.F('granted_amount')), ('asked_amount__isnull', False), ('quantity', None), ('request_line', None), models.Q(('question_key', ''), _negated=True)), _connector='OR'), name='decision_line_is_a_need_or_an_amount', violation_error_message='Une ligne retenue est un besoin, ou un montant dans la limite de ce qui est demandé.'),
        ),
        migrations.AddConstraint(
            model_name='fundingdecision',
            constraint=models.CheckConstraint(condition=models.Q(('to_pay_amount__gte', 0), ('to_pay_amount__lte', models.F('granted_amount'))), name='decision_pays_at_most_the_grant'),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_amounts),
    ]
