"""The lycées of the demonstration: the fictional ones, or those of a real file."""

import tempfile
from pathlib import Path

from django.core.management import call_command

from orders.demo import CABLING
from portal.directory.demo import fictional_density, fictional_directory, fictional_ips
from portal.directory.models import Establishment
from portal.text.french import of


def load_directory(file: Path | None) -> None:
    """Import the official file given, or the fictional directory with its density levels and IPS."""
    if file:
        call_command("import_establishments", str(file), verbosity=0)
        return
    with tempfile.TemporaryDirectory() as folder:
        sources = {"import_establishments": fictional_directory, "import_density": fictional_density, "import_ips": fictional_ips}
        for command, text in sources.items():
            path = Path(folder, f"{command}.csv")
            path.write_text(text(), encoding="utf-8-sig")
            call_command(command, str(path), verbosity=0)
        agencies = Path(folder, "agencies.csv")
        agencies.write_text(fictional_agencies(), encoding="utf-8")
        call_command("import_agencies", str(agencies), verbosity=0)


def fictional_agencies() -> str:
    """The twelve agencies of the cabling lots: by département where they have whole ones, else lycée by lycée."""
    lines = ["agence;departement;uai"]
    for name, departments, prefixes, *_ in CABLING:
        begins = tuple(prefix.strip() for prefix in prefixes.split(",") if prefix.strip())
        if not begins:
            lines += [f"Agence {of(name)};{code};" for code in departments]
            continue
        schools = Establishment.objects.filter(department__code__in=departments).order_by("uai").values_list("uai", "postal_code")
        lines += [f"Agence {of(name)};;{uai}" for uai, postal_code in schools if postal_code.startswith(begins)]
    return "\n".join(lines)
