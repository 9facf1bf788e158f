"""What a rehearsal takes of the real call: how it is set, and nothing of its life."""

from datetime import datetime, timedelta

from django.db.models import Model
from django.utils import timezone

from calls.enums import CallState, ColumnKind
from calls.models import Call, Questionnaire, ReferenceRow, ReferenceSet
from cms.demo.clock import days_from_now
from scoring.models import AmountPolicy, CallIpsBands, CallRule, Criterion, Envelope, Grid

COPIED: tuple[tuple[type[Model], str], ...] = (
    (AmountPolicy, "call"), (Grid, "call"), (Criterion, "grid__call"), (Envelope, "call"), (CallRule, "call"), (CallIpsBands, "call"),
    (ReferenceSet, "call"),
)  # fmt: skip
# Of what else hangs from a call or from what is copied, why it stays where it is. A test wants every model in one list or the other.
LEFT = {
    "calls.Application": "the files of real lycées",
    "calls.CallModel": "a model is not rehearsed: the call that is made of it is",
    "calls.FormRevision": "the steps of a form under writing",
    "calls.SchoolExtension": "more time for real lycées",
    "calls.RetentionHold": "files of real lycées",
    "calls.RetentionPeriod": "how long real files are kept: what is rehearsed goes with the rehearsal",
    "calls.RetentionProposal": "files of real lycées",
    "calls.ReferenceEdition": "data of real lycées: the made-up ones get values of the same columns (`figures_of`)",
    "scoring.BalanceRule": "rules of real sittings",
    "scoring.CallTrial": "the trial on the real directory",
    "scoring.RuleLeftOut": "rules of real sittings",
    "cms.CallPage": "a place in the tree of the real site: `pages` draws one there, with its texts, pictures and documents",
    "cms.Subscription": "real people, who follow a programme",
    "cms.ResultsPage": "drawn by the release of the rehearsal",
    "scoring.AnnouncedAmount": "signed by a real person; the call says its amount",
    "scoring.Applicability": "decided of real files",
    "scoring.ComputedMark": "points of real files",
    "scoring.EnvelopeTransfer": "signed by a real person; the envelopes hold what they hold",
    "scoring.FundingDecision": "decisions on real files",
    "scoring.GridErratum": "signed by a real person",
    "scoring.JuryQuestion": "questions about real files",
    "scoring.PanelMember": "real people: the personas take the seats of the bodies",
    "scoring.ScenarioLine": "real files",
    "scoring.Score": "points of real files",
    "scoring.SelectionPublication": "the real selection",
    "scoring.SelectionSession": "the real sittings, with their rules and their minutes",
    "scoring.SessionEnvelope": "envelopes of real sittings",
    "scoring.Vote": "the real vote",
}
_LIFE = {
    "state",
    "frozen_at",
    "computed_at",
    "committed_amount",
    "unsuccessful_because",
    "in_force",
    "latest_closing",
}  # what happened to a row: it starts again
OPENED, CLOSES = -20, 18  # days from now


def rows_of(call: Call) -> list[Model]:
    """Copies, not saved, in the order in which they can be: the waves before, the call at its new dates, its form, grid, rules and money.

    They keep their numbers, so that a rehearsed call is found under the number of the real one. The waves before are over, whatever they are in
    reality: none of the made-up lycées was in them, and a condition on their results is known to each.
    """
    waves = [call]
    while waves[0].previous is not None:
        waves.insert(0, waves[0].previous)
    programmes = {wave.programme_id: wave.programme for wave in waves}
    copies = [_copy(programme) for programme in programmes.values()]
    copies += [_copy(wave, state=CallState.ARCHIVED.value) for wave in waves[:-1]]
    copies.append(_copy(call, **dates_of(call)))
    copies += _form(call)
    return copies + [_copy(row) for model, path in COPIED for row in model._base_manager.filter(**{path: call}).order_by("pk")]


Figures = dict[int, dict[str, list]]  # number of a table: key of a column, the values that it has


def figures_of(call: Call) -> Figures:
    """What may be drawn for made-up lycées in the tables of data by lycée: the values of each column, apart from their lycée and from each other.

    A column of text is left out: it may hold names.
    """
    found: Figures = {}
    for table in ReferenceSet.objects.filter(call=call).order_by("pk"):
        rows = list(ReferenceRow.objects.in_force().filter(edition__of=table).order_by("pk").values_list("values", flat=True))
        keys = [column["key"] for column in table.columns if column["kind"] != ColumnKind.TEXT]
        found[table.pk] = {key: [row[key] for row in rows if key in row] for key in keys}
    return found


def dates_of(call: Call) -> dict[str, object]:
    """The calendar of the rehearsal: open since three weeks, closed in less than three; jury and results as long after as in reality."""
    closes = days_from_now(CLOSES, 18)
    real = timezone.localdate(call.closes_at)
    later = {
        name: closes.date() + max(timedelta(days=1), day - real)
        for name in ("jury_on", "results_on")
        if (day := getattr(call, name)) is not None
    }
    return {"opens_at": opening(), "closes_at": closes, **later}


def opening() -> datetime:
    """When the rehearsed call opened."""
    return days_from_now(OPENED, 8)


def _form(call: Call) -> list[Model]:
    form = call.questionnaire
    return [] if form is None else [Questionnaire(pk=form.pk, call_id=call.pk, version=form.version, definition=form.definition)]


def _copy(row: Model, **changed: object) -> Model:
    """A new object of the same content; what its life wrote takes its first value again."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in _LIFE}
    return type(row)(**(kept | changed))
