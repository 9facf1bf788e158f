"""Every workbook, opened and saved by LibreOffice in French, still shows the same amounts, dates and hours. Runs where `soffice` is."""

import csv
import io
import subprocess

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell

from calls.enums import CallState
from calls.models import Answer, Application
from exports.registry import _workbooks, workbook_kind
from exports.xlsx.workbook import MONEY, write_workbook
from portal.roles import Role
from portal.text import french
from portal.workflow.actors import SYSTEM
from scoring.actions.trial import try_call
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory
from tests.factories.deliberation import deliberation, sit
from tests.factories.jury import admissible_file, juror, jury_call, reading
from tests.factories.orders import OrderLineFactory, PurchaseOrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.libreoffice]
IN_FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item></oor:items>"""
AS_SHOWN = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true,false,false,-1"  # every sheet, cells as they are shown
AS_XLSX = "xlsx:Calc MS Excel 2007 XML"


@pytest.fixture(scope="session")
def convert(tmp_path_factory):
    """`convert(file, to, folder)`: what LibreOffice makes of a file."""
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(IN_FRENCH)

    def do(file, to, folder):
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", to, "--outdir", folder, file]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return folder

    return do


def files_workbook():
    application = ApplicationFactory(submitted=True, complete=True)
    Answer.objects.create(application=application, question_key="cofinancement", value="12345.67")
    return person(Role.CALL_MANAGER), {"call": application.call.reference}


def orders_workbook():
    OrderLineFactory(order=PurchaseOrderFactory(sent=True))
    return person(Role.ORDERS), {}


def ranking_workbook():
    call = jury_call(CallState.DELIBERATION)
    for points in (2, 5):
        reading(admissible_file(call), juror(call), points, 4)
    return person(Role.CALL_MANAGER), {"call": call.reference}


def scenarios_workbook():
    made = sit(deliberation())
    return made.chair, {"call": made.session.call.reference}


def trial_workbook():
    call = jury_call(CallState.DELIBERATION)
    try_call(call=call, actor=SYSTEM)
    return person(Role.CALL_MANAGER), {"call": call.reference}


def list_workbook():
    user, _ = files_workbook()
    keys = list(Application.objects.values_list("pk", flat=True))
    return user, {"files": keys, "columns": ["lycee", "montant", "depot", "etat"]}


MADE_FROM = {
    "dossiers": files_workbook,
    "liste": list_workbook,
    "commandes": orders_workbook,
    "classement": ranking_workbook,
    "scenarios": scenarios_workbook,
    "epreuve": trial_workbook,
}


def shown(folder) -> dict[str, list[list[str]]]:
    """The sheets of a workbook, cell by cell, as a person reads them; every space the same."""
    tables = {}
    for sheet in sorted(folder.glob("*.csv")):
        text = " ".join(sheet.read_text(encoding="utf-8").replace("\u202f", " ").replace("\u00a0", " ").split(" "))
        tables[sheet.stem.partition("-")[2]] = list(csv.reader(io.StringIO(text), delimiter=";"))
    return tables


def as_the_portal_writes(cell: Cell) -> str:
    """What the cell must show, for the kinds of cells that LibreOffice may read in another way."""
    if cell.number_format == MONEY:
        return french.euros(cell.value).replace("\u202f", " ").replace("\u00a0", " ")
    return f"{cell.value:%d/%m/%Y %H:%M}" if "h" in cell.number_format else f"{cell.value:%d/%m/%Y}"


def test_every_workbook_is_tried():
    assert set(MADE_FROM) == set(_workbooks)


@pytest.mark.parametrize("code", MADE_FROM)
def test_a_workbook_saved_by_libreoffice_shows_what_it_showed(convert, tmp_path, code):
    user, params = MADE_FROM[code]()
    title, sheets, _ = workbook_kind(code).sheets(user, params)
    (tmp_path / "classeur.xlsx").write_bytes(write_workbook(sheets, title=title))

    saved = convert(tmp_path / "classeur.xlsx", AS_XLSX, tmp_path / "saved") / "classeur.xlsx"
    before = shown(convert(tmp_path / "classeur.xlsx", AS_SHOWN, tmp_path / "before"))
    after = shown(convert(saved, AS_SHOWN, tmp_path / "after"))

    book = load_workbook(tmp_path / "classeur.xlsx")
    told = {
        (sheet.title, cell.coordinate): (after[sheet.title][cell.row - 1][cell.column - 1], as_the_portal_writes(cell))
        for sheet in book
        for row in sheet.iter_rows(min_row=3)
        for cell in row
        if cell.value is not None and (cell.number_format == MONEY or cell.is_date)
    }
    assert before == after
    assert told
    assert {place: pair for place, pair in told.items() if pair[0] != pair[1]} == {}
