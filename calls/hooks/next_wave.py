"""The tables of reference data, handed on to the next wave and to models: their columns, and no row."""

from collections.abc import Iterator

from calls.actions.next_wave import Carried, carried
from calls.models import Call, ReferenceSet
from portal.accounts.models import User
from portal.text.french import count, enumeration


@carried(25)
def tables(last: Call, following: Call, actor: User) -> Iterator[Carried]:
    """The columns, which the form may cite; rows were those of the last wave."""
    found = list(last.reference_sets.all())
    ReferenceSet.objects.bulk_create([ReferenceSet(call=following, key=each.key, name=each.name, columns=each.columns) for each in found])
    if found:
        names = enumeration([f"« {each} » ({count(len(each.columns), 'colonne')})" for each in found])
        yield Carried("Données par lycée", f"{names} : les colonnes sont reprises, leurs lignes sont à apporter.", is_left=True)
