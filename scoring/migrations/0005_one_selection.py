"""Scenarios with one quota, made by earlier versions, become read-only: their rule is written in French, once.

Their parameters are left as they were frozen, for their digest covers them. What goes with the quota, which files it counted and who
took a place, is kept in the summary of the scenario, which no digest covers: the reverse puts it back.
"""

from django.db import migrations, models

EVERY_FILE = "all"  # the dimension under which earlier versions wrote a number of places


def rule_of(parameters):
    """« Quota : Privé sous contrat, 12 au moins. La liste s’arrête… », "" for a plain ranked list."""
    quota, said = parameters.get("quota"), []
    if quota and quota["dimension"] != EVERY_FILE:
        bounds = [f"{quota['minimum']} au moins"] if quota.get("minimum") else []
        bounds += [f"{quota['maximum']} au plus"] if quota.get("maximum") is not None else []
        said.append(f"Quota\u00a0: {', '.join([quota['label'][:200], *bounds])}.")
    if parameters.get("overflow") == "stop":
        said.append("La liste s’arrête au premier dossier que l’enveloppe ne couvre plus.")
    return " ".join(said)


def one_by_one(scenarios):
    """Each scenario in turn, none held in memory, no cursor open while it is written: SQLite allows no such thing."""
    for key in list(scenarios.order_by("pk").values_list("pk", flat=True)):
        yield scenarios.get(pk=key)


def freeze(apps, schema_editor):
    """Write the rule of each ranked list, and keep what its lines lose."""
    for scenario in one_by_one(apps.get_model("scoring", "SelectionScenario").objects.filter(doctrine="ranked")):
        lines = scenario.lines.order_by("position")
        in_group = list(lines.filter(in_group=True).values_list("application_id", flat=True))
        others = [list(pair) for pair in lines.exclude(other=None).values_list("application_id", "other_id")]
        if in_group or others:
            scenario.summary = {**scenario.summary, "earlier": {"in_group": in_group, "others": others}}
        scenario.earlier_rule = rule_of(scenario.parameters)
        scenario.save(update_fields=["summary", "earlier_rule"])


def restore(apps, schema_editor):
    """Put back what `freeze` kept."""
    for scenario in one_by_one(apps.get_model("scoring", "SelectionScenario").objects.filter(summary__has_key="earlier")):
        kept = scenario.summary.pop("earlier")
        scenario.lines.filter(application__in=kept["in_group"]).update(in_group=True)
        for application, other in kept["others"]:
            scenario.lines.filter(application=application).update(other=other)
        scenario.save(update_fields=["summary"])


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_line_outscored")]

    operations = [
        migrations.AddField(
            model_name="selectionscenario",
            name="earlier_rule",
            field=models.CharField(blank=True, editable=False, max_length=400, verbose_name="règle d’une version antérieure", default=""),
            preserve_default=False,
        ),
        migrations.RunPython(freeze, restore),
    ]
