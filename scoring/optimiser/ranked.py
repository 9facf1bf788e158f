"""The ranked list beside the optimiser's methods: what it reads of a sitting, its lines, and the same list made again from them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from portal.text.canonical import fingerprint
from scoring.enums import Method, Motive
from scoring.models import ScenarioLine, SelectionScenario, SelectionSession
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.balance import money_lines
from scoring.queries.ranking import RankedFile
from scoring.queries.scenario import limits_of
from scoring.selection.ranked_list import ListedFile, ListLine, Obstacle, ranked_list
from scoring.wording.amounts import policy_sentence
from scoring.wording.motives import list_reason

MOTIVES = {
    None: Motive.MERIT,
    Obstacle.MONEY: Motive.BUDGET,
    Obstacle.PLACES: Motive.OUTSCORED,
    Obstacle.NO_SCORE: Motive.NO_SCORE,
    Obstacle.NO_AMOUNT: Motive.NO_AMOUNT,
}

NOTHING = {Motive.TOO_LITTLE.value: Motive.NO_AMOUNT}  # what the list itself sees of a file to which the rule of amounts gives nothing


def list_parameters(session: SelectionSession) -> dict:
    """The money of every envelope of a sitting (decimal string, euros), its places, and how its call sets amounts unless as asked: what a
    scenario keeps of them."""
    total = sum((line.amount for line in money_lines(session)), Decimal(0))
    kept = {"budget": f"{total:.2f}", "places": session.places, "waiting_places": session.waiting_places}
    policy = policy_of(session.call)
    if policy.is_as_asked:
        return kept
    return kept | {"amounts": {"way": policy.way, "sentence": policy_sentence(policy, scale_of(session.call))}}


def listed_files(files: Iterable[RankedFile], offers: Mapping[int, Decimal]) -> list[ListedFile]:
    """The ranking as the list reads it; a file without rank comes after the others, in the order given. `offers`: euros by file (id)."""
    return [
        ListedFile(
            file.application.reference,
            file.rank or position,
            file.score,
            offers.get(file.application.pk, file.application.requested_amount),
        )
        for position, file in enumerate(files, start=1)
    ]


def list_digest(call_reference: str, parameters: Mapping, files: Iterable[ListedFile]) -> str:
    """SHA-256 of all that the list reads, in canonical JSON: parameters, then files in order of merit."""
    rows = [
        [file.key, file.rank, None if file.score is None else f"{file.score:.2f}", f"{file.amount:.2f}"]
        for file in sorted(files, key=lambda file: file.merit)
    ]
    return fingerprint({"doctrine": Method.RANKED.value, "call": call_reference, "parameters": parameters, "files": rows})


def list_lines(
    listed: Iterable[ListLine], files: Iterable[RankedFile], places: int | None, left_out: Mapping[int, Mapping]
) -> list[ScenarioLine]:
    """Unsaved lines of a ranked list, in its order, each with its reason in the room. `left_out`: files (id) to which the rule of amounts
    gives nothing."""
    by_key = {file.application.reference: file for file in files}
    rows = []
    for line in listed:
        file = by_key[line.file.key]
        nothing = left_out.get(file.application.pk, {})
        rows.append(
            ScenarioLine(
                application=file.application,
                position=line.position,
                rank=file.rank,
                score=file.score,
                marks=[str(mark.score) for mark in file.jurors],
                requested_amount=file.application.requested_amount,
                granted_amount=None if line.file.amount == file.application.requested_amount else line.file.amount,
                is_selected=line.is_selected,
                waiting_rank=line.waiting_rank,
                motive=nothing.get("motive", MOTIVES[line.obstacle]),
                gap_amount=line.missing,
                reason=nothing.get("reason") or list_reason(line, places),
            )
        )
    return rows


def is_same_list(scenario: SelectionScenario) -> bool:
    """Whether the list made again from the frozen lines and parameters alone gives the same lines and the same digest."""
    frozen = list(scenario.lines.select_related("application"))
    files = [ListedFile(x.application.reference, x.rank or x.position, x.score, x.amount) for x in frozen]
    again = ranked_list(files, limits_of(scenario.parameters))
    same = [(x.file.key, MOTIVES[x.obstacle], x.waiting_rank, x.missing) for x in again] == [
        (x.application.reference, NOTHING.get(x.motive, x.motive), x.waiting_rank, x.gap_amount) for x in frozen
    ]
    return same and list_digest(scenario.session.call.reference, scenario.parameters, files) == scenario.digest
