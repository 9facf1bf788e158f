"""Which criteria apply to which files, kept: decided with the computed marks, when the scoring opens and each time they are computed again."""

from collections.abc import Mapping, Sequence

from django.db.models import prefetch_related_objects

from calls.models import Application, Call
from scoring.models import Applicability, Criterion
from scoring.queries.applying import decide

Kept = dict[tuple[int, int], Applicability]  # by file and criterion (ids)


def keep_applicability(
    *, call: Call, criteria: Sequence[Criterion], files: Sequence[Application], contents: Mapping[int, dict]
) -> tuple[Kept, list[str]]:
    """Decide and keep, for every file, whether each of these criteria applies. Gives back what is kept, and the references of the files for
    which it differs from what was kept before.

    Marks already given on a criterion that does not apply any more stay in the evaluations: they are not counted. To be called in a
    transaction. The same facts give the same rows.
    """
    prefetch_related_objects([file.establishment for file in files], "authority", "agency")
    rows = decide(call, files, criteria, contents)
    before = {
        (file, criterion): applies
        for file, criterion, applies in Applicability.objects.filter(application__call=call)
        .order_by()
        .values_list("application", "criterion", "applies")
    }
    Applicability.objects.filter(application__call=call).delete()
    Applicability.objects.bulk_create(rows, batch_size=1000)
    known = {file for file, _criterion in before}
    changed = {
        row.application.reference
        for row in rows
        if row.application_id in known and before.get((row.application_id, row.criterion_id)) != row.applies
    }
    return {(row.application_id, row.criterion_id): row for row in rows}, sorted(changed)
