"""Which reasons were given, and how often."""

from collections import Counter
from dataclasses import dataclass

from calls.conditioned.ticked_lines import ticked_in
from calls.enums import ReasonUse
from calls.models import Call, CompletionLine, GivenReason
from calls.models.given_reason import OTHER


@dataclass(frozen=True)
class ReasonCount:
    """How many files of a call were told one reason with one act that stands."""

    use: str
    label: str
    files: int


def counts_by_reason(call: Call, authorities: frozenset[int] | None = None) -> list[ReasonCount]:
    """The most frequent first, act by act, in a perimeter; those of decisions once the results are known. Two queries.

    A file of which complements were asked several times for one reason counts once for it; a request taken back counts no more.
    """
    given = GivenReason.objects.standing().filter(application__call=call).order_by("pk")
    asked = (
        CompletionLine.objects.filter(request__application__call=call, request__cancelled_at=None).select_related("request").order_by("pk")
    )
    if authorities is not None:
        given = given.filter(application__establishment__authority__in=authorities)
        asked = asked.filter(request__application__establishment__authority__in=authorities)
    if not call.has_results:
        given = given.exclude(use__in=ReasonUse.OF_DECISIONS)
    counts: Counter[tuple[str, str]] = Counter()
    for row in given:
        counts.update((row.use, label) for label in dict.fromkeys(each["label"] for each in row.chosen) or [row.in_short])
    told = {(line.request.application_id, label) for line in asked for label in [each["label"] for each in line.chosen] or [OTHER]}
    counts.update((ReasonUse.COMPLETION, label) for _file, label in told)
    rank = {use: order for order, use in enumerate(ReasonUse.values)}
    ordered = sorted(counts.items(), key=lambda item: (rank[item[0][0]], -item[1], item[0][1]))
    return [ReasonCount(ReasonUse(use).label, label, files) for (use, label), files in ordered]


def times_given(call: Call) -> dict[str, int]:
    """How many acts were given each reason of the list, taken back or not, by its key; a request for complements is one. Two queries."""
    counts: Counter[str] = Counter()
    for chosen in GivenReason.objects.filter(application__call=call).order_by("pk").values_list("chosen", flat=True):
        counts.update(each["key"] for each in chosen)
    asked = CompletionLine.objects.filter(request__application__call=call).order_by("pk").values_list("request", "chosen")
    counts.update(key for _request, key in {(request, each["key"]) for request, chosen in asked for each in chosen})
    return dict(counts)


def lines_giving(call: Call, key: str) -> list[str]:
    """The labels of the admissibility lines for which « Non » gives this reason. No query."""
    return [line.label for line in ticked_in(call.admissibility_lines) if line.reason == key]
