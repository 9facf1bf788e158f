"""The law of imports stands on every room: what no contract names fails."""

import re
import tomllib

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import APPS, ROOT

MOST_AT_THE_ROOT = 12  # files of an app that lie in no room
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


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
