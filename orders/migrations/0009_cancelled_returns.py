"""Returns of goods cancelled with a reason.

Going back keeps every return: the reference of one that was cancelled says so, since it may be used again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_cancelled_apart(apps, schema_editor):
    GoodsReturn = apps.get_model("orders", "GoodsReturn")
    for pk, reference in list(GoodsReturn.objects.exclude(cancelled_at=None).values_list("pk", "reference")):
        GoodsReturn.objects.filter(pk=pk).update(reference=f"{reference[:36]} annulé {pk}"[:60])


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0008_closed_engage_what_is_invoiced'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='goodsreturn',
            name='goods_return_once',
        ),
        migrations.AddField(
            model_name='goodsreturn',
            name='cancel_reason',
            field=models.TextField(blank=True, verbose_name='motif de l’annulation'),
        ),
        migrations.AddField(
            model_name='goodsreturn',
            name='cancelled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='annulé le'),
        ),
        migrations.AddField(
            model_name='goodsreturn',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='goodsreturn',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at', None)), fields=('order', 'reference'), name='goods_return_once', violation_error_message='Ce retour est déjà enregistré pour cette commande.'),
        ),
        migrations.AddConstraint(
            model_name='goodsreturn',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at', None), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='goods_return_cancelled_says_why', violation_error_message='Un retour annulé dit pourquoi.'),
        ),
        migrations.RunPython(migrations.RunPython.noop, name_cancelled_apart),
    ]
