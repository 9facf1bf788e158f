"""The files of a call as a workbook, with their answers and needs."""

from collections.abc import Callable, Mapping
from datetime import datetime

from calls import rules
from calls.models import Application, Call, RequestLine
from calls.questionnaire import Definition, DefinitionError
from calls.questions.base import TITLE_KEY, Given, Question
from exports.registry import WorkbookKind, register_workbook
from exports.workbooks.columns import ESTABLISHMENT, FILE_AMOUNT, FILE_REFERENCE, of_file
from exports.xlsx.workbook import DATE, MONEY, NUMBER, Sheet, SheetColumn
from portal.accounts.models import User
from portal.reading import in_pieces

ANSWER_FORMATS = {"": "", "money": MONEY, "number": NUMBER, "date": DATE}  # by the `sheet_format` of a kind of question


def _declined_on(application: Application) -> datetime | None:
    """When the school declined the aid, None while it stands: what is granted and declined is no money that anybody receives."""
    decision = getattr(application, "decision", None)
    return decision.declined_at if decision else None


_APPLICATION = [
    FILE_REFERENCE,
    *ESTABLISHMENT,
    SheetColumn("titre", "Titre du projet", lambda a: a.title, width=40),
    SheetColumn("etat", "État", lambda a: a.get_state_display(), width=22),
    SheetColumn("depose_le", "Déposé le", lambda a: a.submitted_at, width=17),
    FILE_AMOUNT,
    SheetColumn("issue", "Issue", lambda a: a.get_outcome_display(), width=18),
    SheetColumn("montant_accorde_ttc", "Montant accordé TTC", lambda a: a.granted_amount, MONEY, 16),
    SheetColumn("aide_declinee_le", "Aide déclinée le", _declined_on, width=17),
    SheetColumn("aide_en_cours_ttc", "Aide en cours TTC", lambda a: None if _declined_on(a) else a.granted_amount, MONEY, 16),
]
_NEEDS = [
    of_file(FILE_REFERENCE, "application"),
    SheetColumn("uai", "UAI", lambda n: n.application.establishment.uai, width=11),
    SheetColumn("nature", "Nature", lambda n: n.get_kind_display(), width=18),
    SheetColumn("article", "Article", lambda n: n.item_code, width=18),
    SheetColumn("besoin", "Besoin", lambda n: n.label, width=36),
    SheetColumn("precision", "Précision", lambda n: n.detail, width=30),
    SheetColumn("priorite", "Priorité", lambda n: n.priority, width=9),
    SheetColumn("indispensable", "Indispensable", lambda n: n.is_essential, width=13),
    SheetColumn("quantite", "Quantité", lambda n: n.quantity, width=10),
    SheetColumn("prix_unitaire_ht", "Prix unitaire HT", lambda n: n.unit_price_amount, MONEY, 15),
    SheetColumn("total_ht", "Total HT", lambda n: n.net_amount, MONEY, 15),
    SheetColumn("tva", "TVA (%)", lambda n: n.vat_rate, "0.0", 9),
    SheetColumn("total_ttc", "Total TTC", lambda n: n.gross_amount, MONEY, 15),
]


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
    taken = {column.key for column in _APPLICATION}
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


def _reader(schemas: dict[int, Definition], key: str) -> Callable[[Application], object]:
    """How to read the answer to one question from an application with prefetched answers, by the form that it answers."""

    def read(application: Application) -> object:
        schema = schemas.get(application.questionnaire_id)
        question = schema.question(key) if schema else None
        value = next((answer.value for answer in application.answers.all() if answer.question_key == key), None)
        return question.cell(Given(value)) if question else None

    return read


def _applications(user: User, params: Mapping[str, str]) -> tuple[str, list[Sheet], int]:
    call = Call.objects.visible_to(user).get(reference=params["call"])
    files = Application.objects.visible_to(user).filed().filter(call=call)
    rows = (
        files.select_related("establishment__department", "establishment__authority", "decision")
        .prefetch_related("answers")
        .order_by("reference")
    )
    needs = (
        RequestLine.objects.filter(application__in=files)
        .select_related("application__establishment")
        .order_by("application__reference", "kind", "position", "pk")
    )
    sheets = [
        Sheet("Dossiers", [*_APPLICATION, *_answer_columns(call)], in_pieces(rows)),
        Sheet("Besoins", _NEEDS, in_pieces(needs)),
    ]
    return f"Dossiers {call.reference}", sheets, files.count() + needs.count()


register_workbook(
    WorkbookKind(
        code="dossiers",
        offered_on="calls.files",
        label="Dossiers d’un appel",
        help="Une ligne par dossier déposé de votre périmètre, avec les réponses ; les besoins dans leur propre feuille.",
        may_ask=rules.exports_files,
        sheets=_applications,
    )
)
