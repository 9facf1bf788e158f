from portal.journal.rules import READERS
from portal.ui import acts, navigation


def register() -> None:
    navigation.register("Journal", "/journal/", roles=READERS, order=70)
    acts.register({"check_chain": "Chaîne du journal vérifiée"})
