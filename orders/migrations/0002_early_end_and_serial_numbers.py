"""Early end of orders, VAT of quotes, serial numbers received once. Aids that schools had declined give their money back to the envelope.

A serial number received several times so far keeps its first line; the texts of the deliveries do not change. Going back takes the
money of declined aids on their envelopes again, and fails where it is no longer there, or where a need is on several orders.
"""

from decimal import ROUND_HALF_UP, Decimal

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


ENGAGED_ORDERS = (
    "approved", "sent", "acknowledged", "partly_delivered", "delivered", "accepted", "accepted_with_reserves", "invoiced", "closed",
)
UNENGAGED_WORKS = ("requested", "surveyed", "quoted", "cancelled")
CENT = Decimal("0.01")


def with_vat(net, rate):
    return (net * (100 + rate) / 100).quantize(CENT, ROUND_HALF_UP)


def index_serial_numbers(apps, schema_editor):
    lines = apps.get_model("orders", "DeliveryLine").objects.exclude(serial_numbers="").order_by("pk")
    SerialNumber = apps.get_model("orders", "SerialNumber")
    rows, seen = [], set()
    for line_id, text in list(lines.values_list("pk", "serial_numbers")):
        for number in text.split():
            key = number.casefold()
            if key not in seen and len(key) <= 200:
                seen.add(key)
                rows.append(SerialNumber(delivery_line_id=line_id, number=number[:200], compared=key))
    SerialNumber.objects.bulk_create(rows, batch_size=500)


def engaged_on(decision):
    lines = [line for order in decision.orders.filter(state__in=ENGAGED_ORDERS) for line in order.lines.all()]
    works = decision.works.exclude(state__in=UNENGAGED_WORKS)
    ordered = sum((with_vat(line.quantity * line.unit_price_amount, line.vat_rate) for line in lines), Decimal(0))
    return ordered + sum((with_vat(work.quote_amount or Decimal(0), Decimal(20)) for work in works), Decimal(0))


def declined_before(apps):
    """Released awards that a school has declined, its file closed since or not, with the time of the refusal."""
    entries = apps.get_model("journal", "JournalEntry").objects.filter(
        action="decline_award", subject_type__app_label="calls", subject_type__model="application"
    )
    at = {int(key): when for key, when in entries.values_list("subject_id", "at")}
    decisions = apps.get_model("scoring", "FundingDecision").objects.filter(
        state="released", outcome__in=["awarded", "partly_awarded"], application_id__in=at
    )
    return [(decision, at[decision.application_id]) for decision in decisions.order_by("pk")]


def rows(apps, decision):
    return apps.get_model("scoring", "FundingDecision").objects.filter(pk=decision.pk)


def move(apps, decision, delta):
    Envelope = apps.get_model("scoring", "Envelope")
    envelope = Envelope.objects.get(pk=decision.envelope_id)
    envelope.committed_amount += delta
    envelope.save(update_fields=["committed_amount"])


def give_back_declined(apps, schema_editor):
    for decision, at in declined_before(apps):
        kept = min(engaged_on(decision), decision.granted_amount)
        rows(apps, decision).update(state="declined", declined_at=at, kept_amount=kept)
        move(apps, decision, kept - decision.granted_amount)


def take_declined_again(apps, schema_editor):
    for decision in apps.get_model("scoring", "FundingDecision").objects.filter(state="declined").order_by("pk"):
        move(apps, decision, decision.granted_amount + decision.excess_amount - decision.kept_amount)
        rows(apps, decision).update(state="released", declined_at=None, kept_amount=0)


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_initial'),
        ('orders', '0001_initial'),
        ('scoring', '0008_declined_aid_and_excess'),
        ('journal', '0002_append_only'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='SerialNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=200, verbose_name='numéro de série')),
                ('compared', models.CharField(editable=False, max_length=200, unique=True)),
            ],
            options={
                'verbose_name': 'numéro de série',
                'verbose_name_plural': 'numéros de série',
                'ordering': ['delivery_line', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='order_line_need_once',
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='order_line_not_over_delivered',
        ),
        migrations.RemoveConstraint(
            model_name='workline',
            name='work_line_need_once',
        ),
        migrations.AddField(
            model_name='cablingwork',
            name='quote_vat_rate',
            field=models.DecimalField(decimal_places=1, default=20, max_digits=4, verbose_name='TVA du devis (%)'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='given_up_quantity',
            field=models.PositiveIntegerField(default=0, verbose_name='quantité abandonnée'),
        ),
        migrations.AddConstraint(
            model_name='cablingwork',
            constraint=models.CheckConstraint(condition=models.Q(('quote_vat_rate__gte', 0), ('quote_vat_rate__lte', 20)), name='work_quote_vat_between_0_and_20', violation_error_message='La TVA va de 0 à 20 %.'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('delivered_quantity'), '+', models.F('given_up_quantity')))), name='order_line_not_over_delivered', violation_error_message='Plus de livré que de commandé.'),
        ),
        migrations.AddField(
            model_name='serialnumber',
            name='delivery_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='received', to='orders.deliveryline'),
        ),
        migrations.RunPython(index_serial_numbers, migrations.RunPython.noop),
        migrations.RunPython(give_back_declined, take_declined_again),
    ]
