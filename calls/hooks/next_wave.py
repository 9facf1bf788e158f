"""What is handed on to the next wave: the columns of the tables of reference data, for models too, and the durations of retention."""

from collections.abc import Iterator

from calls import retention
from calls.actions.next_wave import Carried, carried
from calls.models import Call, ReferenceSet, RetentionPeriod
from calls.opinions import without_date
from portal.accounts.models import User
from portal.text.french import count, enumeration


@carried(24)
def opinions(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """Of which authorities, under which headings; the day that they were asked for is the last wave's."""
    following.opinions = without_date(following.opinions)
    following.save(update_fields=["opinions"])
    if following.asked_opinions.is_asked:
        yield Carried("Avis", f"{following.asked_opinions.in_words}, sous les mêmes rubriques.")


@carried(25)
def tables(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The columns, which the form may cite; rows were those of the last wave."""
    found = list(last.reference_sets.all())
    ReferenceSet.objects.bulk_create([ReferenceSet(call=following, key=each.key, name=each.name, columns=each.columns) for each in found])
    if found:
        names = enumeration([f"« {each} » ({count(len(each.columns), 'colonne')})" for each in found])
        yield Carried("Données par lycée", f"{names} : les colonnes sont reprises, leurs lignes sont à apporter.", is_left=True)


@carried(26)
def durations(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """How long the last wave kept what it gathered, where it had set it; not in a model, whose reasons would be another call's."""
    found = [] if last.is_model or following.is_model else list(last.retention_periods.all())
    RetentionPeriod.objects.bulk_create(
        [RetentionPeriod(call=following, rule=each.rule, months=each.months, reason=each.reason, set_by=actor) for each in found]
    )
    if found:
        said = enumeration([f"{retention.rule_named(each.rule).label.lower()}, {retention.in_words(each.months)}" for each in found])
        yield Carried("Durées de conservation", f"{said}.")
