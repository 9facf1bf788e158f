"""What staff keep for the calls to come: a model made of the first wave, and data by lycée brought to the second."""

from hashlib import sha256
from io import BytesIO

from calls.actions.call_models import save_as_model
from calls.actions.reference_data import BroughtFile, add_table, put_edition_in_force
from calls.enums import Outcome
from calls.models import Application, Call
from cms.demo.setting import demo_user
from portal.roles import Role

NAME, FILE = "Postes reçus en vague 1", "postes-vague-1.csv"


def keep(wave_1: Call, wave_2: Call) -> None:
    """A model, and a table in force with what each lycée retained in the first wave received."""
    manager = demo_user(Role.CALL_MANAGER)
    save_as_model(call=wave_1, name="Équipement et câblage, avec accompagnement", actor=manager)
    retained = Application.objects.filter(call=wave_1, outcome__in=Outcome.GRANTING).select_related("establishment").order_by("pk")
    lines = [f"{file.establishment.uai};{12 + 3 * (rank % 9)};{'oui' if rank % 4 else 'non'}" for rank, file in enumerate(retained)]
    content = "\n".join(["UAI;Postes reçus;Installation terminée", *lines]).encode()
    file = BroughtFile(FILE, sha256(content).hexdigest(), BytesIO(content))
    _table, edition = add_table(call=wave_2, name=NAME, file=file, actor=manager)
    put_edition_in_force(edition=edition, actor=manager)
