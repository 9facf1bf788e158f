"""An order and works say who holds them. What exists takes the holder of its lot: until now that was what every paper and message read."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_holders(apps, schema_editor):
    Lot = apps.get_model("orders", "Lot")
    of_lot = Lot.objects.filter(pk=OuterRef("lot"))
    columns = {"holder": "supplier", "holder_name": "supplier__name", "holder_siret": "supplier__siret", "holder_address": "supplier__address"}
    for name in ("PurchaseOrder", "CablingWork"):
        model = apps.get_model("orders", name)
        model.objects.update(**{column: Subquery(of_lot.values(path)[:1]) for column, path in columns.items()})


def columns_of(model):
    return [
        migrations.AddField(
            model,
            "holder",
            models.ForeignKey(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.supplier",
                verbose_name="titulaire",
            ),
        ),
        migrations.AddField(
            model, "holder_name", models.CharField("raison sociale du titulaire", blank=True, default="", editable=False, max_length=160), preserve_default=False
        ),
        migrations.AddField(
            model, "holder_siret", models.CharField("SIRET du titulaire", blank=True, default="", editable=False, max_length=14), preserve_default=False
        ),
        migrations.AddField(
            model, "holder_address", models.TextField("adresse du titulaire", blank=True, default="", editable=False), preserve_default=False
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_cancelled_deliveries_and_returns")]

    operations = [
        *columns_of("purchaseorder"),
        *columns_of("cablingwork"),
        migrations.RunPython(take_holders, migrations.RunPython.noop),
    ]
