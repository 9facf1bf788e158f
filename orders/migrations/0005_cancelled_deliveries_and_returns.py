"""Deliveries cancelled with a reason, goods returned, acceptances taken back.

Going back keeps every note: the number of one that was cancelled says so, since its number may be used again.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def number_cancelled_apart(apps, schema_editor):
    Delivery = apps.get_model("orders", "Delivery")
    for pk, note in list(Delivery.objects.exclude(cancelled_at=None).values_list("pk", "note_number")):
        Delivery.objects.filter(pk=pk).update(note_number=f"{note[:36]} annulé {pk}"[:60])


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_invoices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GoodsReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('returned_on', models.DateField(verbose_name='repris le')),
                ('reference', models.CharField(max_length=60, verbose_name='référence du retour')),
                ('reason', models.TextField(verbose_name='motif')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'retour',
                'verbose_name_plural': 'retours',
                'ordering': ['order', 'returned_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantité')),
                ('serial_numbers', models.TextField(blank=True, verbose_name='numéros de série')),
            ],
            options={
                'verbose_name': 'ligne de retour',
                'verbose_name_plural': 'lignes de retour',
                'ordering': ['goods_return', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_note_once',
        ),
        migrations.AddField(
            model_name='delivery',
            name='cancel_reason',
            field=models.TextField(blank=True, verbose_name='motif de l’annulation'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='cancelled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='annulée le'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='purchaseorder',
            name='to_check_since',
            field=models.DateField(blank=True, null=True, verbose_name='à vérifier depuis le'),
        ),
        migrations.AddField(
            model_name='reserve',
            name='is_void',
            field=models.BooleanField(default=False, verbose_name='sans objet'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at', None)), fields=('order', 'note_number'), name='delivery_note_once', violation_error_message='Ce bon de livraison est déjà enregistré pour cette commande.'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at', None), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='delivery_cancelled_says_why', violation_error_message='Une livraison annulée dit pourquoi.'),
        ),
        migrations.AddConstraint(
            model_name='reserve',
            constraint=models.CheckConstraint(condition=models.Q(('is_void', False), ('lifted_at__isnull', False), _connector='OR'), name='reserve_void_is_not_open'),
        ),
        migrations.AddField(
            model_name='goodsreturn',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.purchaseorder'),
        ),
        migrations.AddField(
            model_name='goodsreturn',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnline',
            name='goods_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.goodsreturn'),
        ),
        migrations.AddField(
            model_name='returnline',
            name='order_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='return_lines', to='orders.orderline'),
        ),
        migrations.AddConstraint(
            model_name='goodsreturn',
            constraint=models.UniqueConstraint(fields=('order', 'reference'), name='goods_return_once', violation_error_message='Ce retour est déjà enregistré pour cette commande.'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='return_line_quantity_positive'),
        ),
        migrations.RunPython(migrations.RunPython.noop, number_cancelled_apart),
    ]
