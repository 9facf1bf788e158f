"""The files of a call as a workbook, with their answers and needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet

from calls import rules
from calls.conditioned.ticked_lines import ticked_in
from calls.enums import NeedKind, ReasonUse
from calls.models import AdmissibilityTick, Application, ApplicationVersion, Call, GivenReason, Opinion, RequestLine
from calls.queries.content import NOT_ASKED, build_content
from calls.queries.priorities import place_at
from calls.questionnaire import Definition, DefinitionError
from calls.questions.base import TITLE_KEY, Question
from calls.questions.needs import LineView
from calls.questions.registry import KINDS
from calls.tables.files import PRIORITY
from calls.workflows.ticked import TickedPoint, ticked_points
from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT, FILE_AMOUNT, FILE_REFERENCE, of_file
from exports.xlsx.workbook import DATE, MONEY, NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from portal.reading import in_pieces

ANSWER_FORMATS = {"": "", "money": MONEY, "number": NUMBER, "date": DATE}  # by the `sheet_format` of a kind of question


@dataclass(frozen=True)
class SentFile:
    """A file and what its school has sent: complements that are still being written are not there."""

    application: Application
    content: Mapping[str, Any]  # as a version freezes it

    @cached_property
    def entries(self) -> dict[str, Mapping[str, Any]]:
        return {entry["key"]: entry for section in self.content["sections"] for entry in section["entries"]}

    @property
    def requested_amount(self) -> Decimal:
        return Decimal(self.content["requested_amount"])

    @property
    def needs(self) -> Iterator["SentNeed"]:
        for entry in self.entries.values():
            for line in KINDS[entry["kind"]].thawed(entry).lines:
                yield SentNeed(self.application, line)


@dataclass(frozen=True)
class SentNeed:
    """One line of the needs that a school has sent."""

    application: Application
    line: LineView


def _reason(*uses: ReasonUse) -> Callable[[SentFile], str]:
    """The labels of what was given with the last of these acts that stands."""

    def read(row: SentFile) -> str:
        return next((given.in_short for given in row.application.standing_reasons if given.use in uses), "")

    return read


def _declined_on(row: SentFile) -> datetime | None:
    """When the school declined the aid, None while it stands: what is granted and declined is no money that anybody receives."""
    decision = getattr(row.application, "decision", None)
    return decision.declined_at if decision else None


def _to_pay(row: SentFile) -> Decimal | None:
    """What the lycée receives in money of an aid that stands; nothing is told before the release."""
    if row.application.granted_amount is None or _declined_on(row):
        return None
    return row.application.decision.to_pay_amount


_FILE = [
    of_file(FILE_REFERENCE, "application"),
    *[of_file(column, "application") for column in ESTABLISHMENT],
    SheetColumn("titre", "Titre du projet", lambda row: row.content["title"], width=40),
    SheetColumn("etat", "État", lambda row: row.application.get_state_display(), width=22),
    SheetColumn("motif_irrecevabilite", "Irrecevable pour", _reason(ReasonUse.INADMISSIBILITY), width=30),
    SheetColumn("phrase_irrecevabilite", "Motif lu par le lycée", lambda row: row.application.inadmissibility_reason, width=40),
    SheetColumn("depose_le", "Déposé le", lambda row: row.application.submitted_at, width=17),
    replace(FILE_AMOUNT, value=lambda row: row.requested_amount),
    SheetColumn.of(PRIORITY.through("application"), width=10),
    SheetColumn("issue", "Issue", lambda row: row.application.get_outcome_display(), width=18),
    SheetColumn("montant_accorde_ttc", "Montant accordé TTC", lambda row: row.application.granted_amount, MONEY, 16),
    SheetColumn("aide_declinee_le", "Aide déclinée le", _declined_on, width=17),
    SheetColumn("motif_declinee", "Déclinée pour", _reason(ReasonUse.DECLINE), width=30),
    SheetColumn(
        "aide_en_cours_ttc", "Aide en cours TTC", lambda row: None if _declined_on(row) else row.application.granted_amount, MONEY, 16
    ),
    SheetColumn("a_verser_ttc", "dont à verser TTC", _to_pay, MONEY, 16),
]
_NEEDS = [
    of_file(FILE_REFERENCE, "application"),
    SheetColumn("uai", "UAI", lambda need: need.application.establishment.uai, width=11),
    SheetColumn("nature", "Nature", lambda need: NeedKind(need.line.kind).label, width=18),
    SheetColumn("article", "Article", lambda need: need.line.code, width=18),
    SheetColumn("besoin", "Besoin", lambda need: need.line.label, width=36),
    SheetColumn("precision", "Précision", lambda need: need.line.detail, width=30),
    SheetColumn("priorite", "Priorité", lambda need: need.line.priority, width=9),
    SheetColumn("indispensable", "Indispensable", lambda need: need.line.is_essential, width=13),
    SheetColumn("quantite", "Quantité", lambda need: need.line.quantity, width=10),
    SheetColumn("prix_unitaire_ht", "Prix unitaire HT", lambda need: need.line.unit_price, MONEY, 15),
    SheetColumn("total_ht", "Total HT", lambda need: need.line.net_amount, MONEY, 15),
    SheetColumn("tva", "TVA (%)", lambda need: need.line.vat_rate, "0.0", 9),
    SheetColumn("total_ttc", "Total TTC", lambda need: need.line.gross_amount, MONEY, 15),
]


@dataclass(frozen=True)
class PointRow:
    """One point that a person ticks, for one file."""

    application: Application
    point: TickedPoint

    @property
    def tick(self) -> AdmissibilityTick | None:
        return self.point.tick


_POINTS = [
    of_file(FILE_REFERENCE, "application"),
    SheetColumn("uai", "UAI", lambda row: row.application.establishment.uai, width=11),
    SheetColumn("point", "Ce qui est vérifié", lambda row: row.point.line.label, width=40),
    SheetColumn("reponse", "Réponse", lambda row: row.tick.get_answer_display() if row.tick else "", width=12),
    SheetColumn("a_revoir", "À revoir", lambda row: row.point.is_outdated, width=10),
    SheetColumn("remarque", "Remarque", lambda row: row.tick.remark if row.tick else "", width=40),
    SheetColumn("coche_par", "Coché par", lambda row: str(row.tick.ticked_by or "") if row.tick else "", width=24),
    SheetColumn("coche_le", "Coché le", lambda row: row.tick.ticked_at if row.tick else None, width=17),
]


_OPINIONS = [
    of_file(FILE_REFERENCE, "application"),
    SheetColumn("uai", "UAI", lambda opinion: opinion.application.establishment.uai, width=11),
    SheetColumn("autorite", "Autorité", lambda opinion: str(opinion.authority), width=26),
    SheetColumn("etat_avis", "État", lambda opinion: opinion.get_state_display(), width=14),
    SheetColumn("avis", "Avis", lambda opinion: opinion.get_value_display() if opinion.is_given else "", width=24),
    SheetColumn("demande_le", "Demandé le", lambda opinion: opinion.asked_at, width=17),
    SheetColumn("a_rendre_le", "À rendre le", lambda opinion: opinion.due_on, DATE, 12),
    SheetColumn("rendu_le", "Rendu le", lambda opinion: opinion.given_at, width=17),
    SheetColumn("en_retard", "En retard", lambda opinion: opinion.is_late, width=10),
    SheetColumn("rendu_par", "Rendu par", lambda opinion: str(opinion.given_by or ""), width=24),
    SheetColumn("texte_avis", "Ce qui est dit", lambda opinion: _said(opinion), width=60),
    SheetColumn("reserves", "Réserves", lambda opinion: opinion.reserves if opinion.is_given else "", width=40),
    SheetColumn(
        "remarque_instruction", "Remarque réservée à l’instruction", lambda opinion: opinion.remark if opinion.is_given else "", width=40
    ),
]


def _said(opinion: Opinion) -> str:
    """What is said under each heading; a draft is its authors’."""
    return "\n".join(f"{heading} : {text}" for heading, text in opinion.rows if text) if opinion.is_given else ""


def _opinions(call: Call, user: User) -> Iterator[Opinion]:
    """Those asked and given on the files of this person's perimeter."""
    found = Opinion.objects.of_region(user).current().filter(application__call=call)
    related = (
        "application__call",
        "application__establishment__department",
        "application__establishment__authority",
        "authority",
        "given_by",
    )
    yield from in_pieces(found.select_related(*related).order_by("application__reference", "pk"))


def _points(files: QuerySet[Application]) -> Iterator[PointRow]:
    related = files.select_related("call", "establishment__department", "establishment__authority")
    for application in in_pieces(related.prefetch_related("admissibility_ticks__ticked_by").order_by("reference", "pk")):
        for point in ticked_points(application):
            yield PointRow(application, point)


def _answer_columns(call: Call) -> list[SheetColumn]:
    """One column per question that has a cell, under its stable key: those of the last version, then those that it no longer asks.

    The title has its own column. A key that another column already has is written `reponse_<key>`.
    """
    schemas = _schemas(call)
    asked: dict[str, Question] = {}
    for schema in schemas.values():
        for question in schema.questions:
            if question.sheet_format is not None and question.key != TITLE_KEY:
                asked.setdefault(question.key, question)
    taken = {column.key for column in _FILE}
    return [
        SheetColumn(
            f"reponse_{key}" if key in taken else key, question.label, _reader(schemas, key), ANSWER_FORMATS[question.sheet_format], 32
        )
        for key, question in asked.items()
    ]


def _schemas(call: Call) -> dict[int, Definition]:
    """The forms of the call by id of their questionnaire, the last version first; a draft that makes no form was never answered."""
    found = {}
    for questionnaire in call.questionnaires.order_by("-version"):
        try:
            found[questionnaire.pk] = questionnaire.schema
        except DefinitionError:
            continue
    return found


def _reader(schemas: dict[int, Definition], key: str) -> Callable[[SentFile], object]:
    """How to read the answer to one question from what was sent, by the form that it answers."""

    def read(row: SentFile) -> object:
        schema, entry = schemas.get(row.application.questionnaire_id), row.entries.get(key)
        question = schema.question(key) if schema else None
        if not question or not entry or not question.reads(entry["kind"]):
            return None
        return question.cell(question.thawed(entry)) if entry.get("asked", True) else NOT_ASKED

    return read


def _sent(files: QuerySet[Application]) -> Iterator[SentFile]:
    """The files with what was last sent; one that no version froze, as it stands."""
    versions = Prefetch("versions", ApplicationVersion.objects.received().order_by("number"), to_attr="sent_versions")
    reasons = Prefetch("given_reasons", GivenReason.objects.standing(), to_attr="standing_reasons")
    related = files.select_related("call", "questionnaire", "establishment__department", "establishment__authority", "decision")
    for application in in_pieces(related.annotate(place=place_at()).prefetch_related(versions, reasons).order_by("reference", "pk")):
        last = application.sent_versions[-1:]
        yield SentFile(application, last[0].content if last else build_content(application))


def _applications(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    call = Call.objects.visible_to(user).get(reference=params["call"])
    files = Application.objects.visible_to(user).filed().filter(call=call)
    sheets = [
        Sheet("Dossiers", [*_FILE, *_answer_columns(call)], _sent(files)),
        Sheet("Besoins", _NEEDS, (need for row in _sent(files) for need in row.needs)),
    ]
    if ticked_in(call.admissibility_lines):
        sheets.append(Sheet("Recevabilité", _POINTS, _points(files)))
    if call.asked_opinions.is_asked and rules.reads_opinions(user):
        sheets.append(Sheet("Avis", _OPINIONS, _opinions(call, user)))
    return f"Dossiers {call.reference}", sheets, files.count() + RequestLine.objects.filter(application__in=files, is_asked=True).count()


register_workbook(
    WorkbookKind(
        code="dossiers",
        offered_on="calls.files",
        offered_to=rules.exports_files,
        label="Dossiers d’un appel",
        help="Une ligne par dossier déposé de votre périmètre, avec les réponses ; les besoins dans leur propre feuille.",
        may_ask=rules.exports_files,
        sheets=_applications,
    )
)
