"""What is closed engages what was invoiced: lots, and the envelopes of aids declined, get back what never was. No column changes.

Going back leaves them with it: nothing is taken twice, and a closed order is never cancelled.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.db import migrations

CENT, ZERO = Decimal("0.01"), Decimal("0.00")


def with_vat(net, rate):
    return (net * (100 + rate) / 100).quantize(CENT, ROUND_HALF_UP)


def ordered_gross(document):
    if hasattr(document, "quote_amount"):
        return with_vat(document.quote_amount or ZERO, document.quote_vat_rate)
    lines = document.lines.all()
    return sum((with_vat((line.quantity - line.given_up_quantity) * line.unit_price_amount, line.vat_rate) for line in lines), ZERO)


def invoiced(document, column):
    live = document.invoices.filter(cancelled_at=None).values_list("kind", column)
    return sum((-amount if kind == "credit_note" else amount for kind, amount in live), ZERO)


def give_back(apps, schema_editor):
    Lot, Decision = apps.get_model("orders", "Lot"), apps.get_model("scoring", "FundingDecision")
    Envelope = apps.get_model("scoring", "Envelope")
    for name in ("PurchaseOrder", "CablingWork"):
        for document in list(apps.get_model("orders", name).objects.filter(state="closed").order_by("pk")):
            held = min(document.committed_amount, invoiced(document, "net_amount"))
            take_off(Lot, document.lot_id, "ordered_amount", document.committed_amount - held)
            type(document).objects.filter(pk=document.pk).update(committed_amount=held)
            decision = Decision.objects.get(pk=document.decision_id)
            if decision.state == "declined":
                rest = max(ordered_gross(document) - invoiced(document, "amount"), ZERO)
                rest = take_off(Decision, decision.pk, "kept_amount", rest)
                take_off(Envelope, decision.envelope_id, "committed_amount", rest)


def take_off(model, pk, column, amount):
    """What was taken off: never more than there is. Counted here, in Decimal, for both engines."""
    row = model.objects.filter(pk=pk).first()
    taken = min(amount, getattr(row, column)) if row else ZERO
    if taken:
        model.objects.filter(pk=pk).update(**{column: getattr(row, column) - taken})
    return taken


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_holder_of_what_is_sent"), ("scoring", "0008_declined_aid_and_excess")]

    operations = [migrations.RunPython(give_back, migrations.RunPython.noop)]
