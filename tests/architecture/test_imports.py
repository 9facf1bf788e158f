"""The law of imports stands on every room: what no contract names fails."""

import re
import tomllib

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import APPS, ROOT

MOST_AT_THE_ROOT = 12  # files of an app that lie in no room
LAW = (ROOT / "pyproject.toml").read_text()
CONTRACTS = tomllib.loads(LAW)["tool"]["importlinter"]["contracts"]
ROOMS_NAMED_UPWARDS = ("Rooms of calls, scoring and orders", "Rooms of cms")  # `rules` names the models above it, for types alone


def law_of(app: str) -> dict:
    """The contract that orders the rooms of an app."""
    [found] = [contract for contract in CONTRACTS if app in contract.get("containers", [])]
    return found


def rooms_under(contract: dict) -> set[str]:
    """The rooms that a contract names."""
    return {room for layer in contract["layers"] for room in re.findall(r"\w+", layer)}


def rooms_of(app: str) -> set[str]:
    """Folders and modules at the root of an app."""
    folders = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")}
    return folders | {path.stem for path in (ROOT / app).glob("*.py")} - {"__init__"}


def outlaws(app: str, rooms: set[str]) -> set[str]:
    """Rooms that no layer of their app names."""
    contract = law_of(app)
    return rooms - rooms_under(contract) - set(contract.get("exhaustive_ignores", []))


def test_apps_import_downwards_only():
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)

    assert status == 0


def test_a_name_for_types_alone_never_goes_up_to_another_app(tmp_path):
    """Imports under TYPE_CHECKING do not count for the rooms of one app; every other contract holds with them."""
    settings, *contracts = LAW.partition("[tool.importlinter]")[2].partition("\n[tool.mypy]")[0].split("[[tool.importlinter.contracts]]")
    assert "exclude_type_checking_imports = true" in settings
    kept = [contract for contract in contracts if not any(f'name = "{rooms}' in contract for rooms in ROOMS_NAMED_UPWARDS)]
    everything = settings.replace("exclude_type_checking_imports = true", "exclude_type_checking_imports = false")
    config = tmp_path / "pyproject.toml"
    config.write_text("[[tool.importlinter.contracts]]".join([f"[tool.importlinter]{everything}", *kept]))

    assert len(kept) == len(contracts) - len(ROOMS_NAMED_UPWARDS)
    assert lint_imports(config_filename=str(config), no_cache=True) == 0


@pytest.mark.parametrize("app", APPS)
def test_every_room_is_under_the_law(app):
    assert law_of(app)["exhaustive"] is True
    assert outlaws(app, rooms_of(app)) == set()


@pytest.mark.parametrize("app", APPS)
def test_a_module_in_no_layer_is_found(app):
    assert outlaws(app, rooms_of(app) | {"queries_more"}) == {"queries_more"}


@pytest.mark.parametrize("app", APPS)
def test_few_files_lie_at_the_root_of_an_app(app):
    loose = {path.stem for path in (ROOT / app).glob("*.py")} - {"__init__"}

    assert len(loose) <= MOST_AT_THE_ROOT
