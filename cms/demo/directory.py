"""The lycées of the demonstration: the fictional ones, or those of a real file."""

import tempfile
from pathlib import Path

from django.core.management import call_command

from portal.directory.demo import fictional_density, fictional_directory, fictional_ips


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
