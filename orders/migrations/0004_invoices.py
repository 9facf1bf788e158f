"""Invoices as rows. The invoice that an order had becomes its first row; going back keeps the last number and the sum of each order.

An amount that was not recorded is the total of the order, as every account read it. A number that one holder has used twice keeps its first
order: the compared form of the others is marked, so that nothing is lost and nothing fails.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

CENT = Decimal("0.01")
HYPHENS = re.compile(r"[\u002d\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u30a0\ufe58\ufe63\uff0d]")
BILLED = ("invoiced", "closed")


def compared(identifier):
    plain = HYPHENS.sub("-", unicodedata.normalize("NFKC", identifier))
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def totals(order):
    """Excl. VAT, incl. VAT: line by line, without what an early end gave up."""
    net = gross = Decimal("0.00")
    for line in order.lines.all():
        amount = (line.quantity - line.given_up_quantity) * line.unit_price_amount
        net += amount
        gross += (amount * (100 + line.vat_rate) / 100).quantize(CENT, ROUND_HALF_UP)
    return net, gross


def recorded(apps):
    """{order: (who, when)} of the invoices, as the journal has them."""
    entries = apps.get_model("journal", "JournalEntry").objects.filter(
        action="invoice", subject_type__app_label="orders", subject_type__model="purchaseorder"
    )
    return {int(key): (actor, at) for key, actor, at in entries.order_by("pk").values_list("subject_id", "actor_id", "at")}


def write_rows(apps, schema_editor):
    PurchaseOrder, Invoice = apps.get_model("orders", "PurchaseOrder"), apps.get_model("orders", "Invoice")
    by, taken, rows = recorded(apps), set(), []
    orders = PurchaseOrder.objects.exclude(invoice_number="").exclude(invoice_received_on=None)
    for order in list(orders.select_related("lot").prefetch_related("lines").order_by("pk")):
        net, gross = totals(order)
        amount = order.invoice_amount if order.invoice_amount and order.invoice_amount > 0 else gross
        key = compared(order.invoice_number)[:200]
        if not key or (order.lot.supplier_id, key) in taken:
            key = f"{key[:160]} {order.number}"  # a space: no number typed since has this form
        taken.add((order.lot.supplier_id, key))
        actor, at = by.get(order.pk, (None, None))
        rows.append(
            Invoice(
                order_id=order.pk, supplier_id=order.lot.supplier_id, number=order.invoice_number, compared=key,
                received_on=order.invoice_received_on, amount=amount, net_amount=net, recorded_by_id=actor,
                recorded_at=at or django.utils.timezone.now(),
            )
        )
    Invoice.objects.bulk_create(rows, batch_size=500)


def write_columns(apps, schema_editor):
    PurchaseOrder, Invoice = apps.get_model("orders", "PurchaseOrder"), apps.get_model("orders", "Invoice")
    last, sums = {}, {}
    for row in list(Invoice.objects.filter(cancelled_at=None).exclude(order=None).order_by("received_on", "pk")):
        credit = row.kind == "credit_note"
        sums[row.order_id] = sums.get(row.order_id, Decimal(0)) + (-row.amount if credit else row.amount)
        if not credit:
            last[row.order_id] = row
    for key, row in last.items():
        PurchaseOrder.objects.filter(pk=key, state__in=BILLED).update(
            invoice_number=row.number, invoice_received_on=row.received_on, invoice_amount=sums[key]
        )


user = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_serial_numbers_compared"),
        ("journal", "0002_append_only"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="purchaseorder", name="order_invoiced_has_invoice"),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("invoice", "Facture"), ("credit_note", "Avoir")], default="invoice", max_length=12, verbose_name="nature")),
                ("number", models.CharField(max_length=60, verbose_name="numéro")),
                ("compared", models.CharField(editable=False, max_length=200)),
                ("received_on", models.DateField(verbose_name="reçue le")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="montant TTC")),
                ("net_amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="part HT")),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="notée le")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="annulée le")),
                ("cancel_reason", models.TextField(blank=True, verbose_name="motif de l’annulation")),
                ("cancelled_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=user)),
                ("corrects", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="credit_notes", to="orders.invoice")),
                ("order", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="orders.purchaseorder")),
                ("recorded_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=user)),
                ("supplier", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="orders.supplier")),
                ("work", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="orders.cablingwork")),
            ],
            options={
                "verbose_name": "facture",
                "verbose_name_plural": "factures",
                "ordering": ["received_on", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=Q(order__isnull=False, work__isnull=True) | Q(order__isnull=True, work__isnull=False), name="invoice_about_one_thing"),
                    models.UniqueConstraint(condition=Q(cancelled_at=None), fields=("supplier", "compared"), name="invoice_number_once", violation_error_message="Ce titulaire a déjà une facture de ce numéro."),
                    models.CheckConstraint(condition=Q(kind="invoice", corrects=None) | Q(kind="credit_note", corrects__isnull=False), name="credit_note_corrects_an_invoice", violation_error_message="Un avoir nomme la facture qu’il corrige."),
                    models.CheckConstraint(condition=Q(amount__gte=0, net_amount__gte=0), name="invoice_amounts_not_negative", violation_error_message="Le montant d’une facture est positif."),
                    models.CheckConstraint(condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="invoice_cancelled_says_why", violation_error_message="Une facture annulée dit pourquoi."),
                ],
            },
        ),
        migrations.RunPython(write_rows, write_columns),
        migrations.RemoveField(model_name="purchaseorder", name="invoice_amount"),
        migrations.RemoveField(model_name="purchaseorder", name="invoice_number"),
        migrations.RemoveField(model_name="purchaseorder", name="invoice_received_on"),
    ]
