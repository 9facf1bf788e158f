"""Answers of an earlier file taken again: each is written as if it were typed, over what the person has read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from calls.actions.answers import StaleAnswer, save_answer
from calls.actions.files import attach_file
from calls.actions.needs import LineValues, NewLine, add_lines
from calls.actions.writing import WritingRefused, tell
from calls.models import Application, Attachment
from calls.queries.reuse import Reusable
from portal.accounts.models import User
from portal.files.intake import UploadRefused


@dataclass
class Reused:
    """What one press has taken: labels of questions, names of files; what a colleague has answered since; what was refused, in sentences."""

    taken: list[str] = field(default_factory=list)
    stale: dict[str, StaleAnswer] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def reuse(
    *,
    application: Application,
    source: Application,
    rows: Sequence[Reusable],
    files: Sequence[tuple[Reusable, Attachment]],
    seen: Mapping[str, int],
    actor: User,
    form_token: UUID,
) -> Reused:
    """Write the answers of `rows`, add their needs, join copies of `files`. `seen`: the version of each answer that the person had read.

    Answers that a colleague has changed since are left as they are, and told. Raises PermissionDenied. One line of the journal for all.
    """
    done = Reused()
    for row in rows:
        try:
            _take(application, source, row, seen, actor, form_token)
        except StaleAnswer as stale:
            done.stale[row.question.key] = stale
        except WritingRefused as refusal:
            done.refused += [f"« {row.question.label} » : {' '.join(refusal.reasons)}"]
        else:
            done.taken.append(row.question.label)
    for row, attachment in files:
        try:
            _join_copy(application, row, attachment, actor)
        except (UploadRefused, WritingRefused) as refusal:
            done.refused.append(f"« {attachment.file.name} » : {refusal}")
        else:
            done.taken.append(attachment.file.name)
    if done.taken:
        tell(application, "reuse_answers", actor=actor, data={"source": source.reference, "taken": len(done.taken)})
    return done


def _take(application: Application, source: Application, row: Reusable, seen: Mapping[str, int], actor: User, form_token: UUID) -> None:
    given = {"application": application, "question": row.question, "actor": actor}
    if row.lines:
        new = [NewLine(line.code, LineValues(line.quantity, line.priority, line.is_essential, line.detail)) for line in row.lines]
        token = uuid5(form_token, row.question.key)  # one press fills several tables
        add_lines(new=new, form_token=token, how=f"repris du dossier {source.reference}", **given)
        return
    with transaction.atomic():
        save_answer(value=row.value, seen_version=seen.get(row.question.key, -1), **given)


def _join_copy(application: Application, row: Reusable, attachment: Attachment, actor: User) -> None:
    """A copy of a file, received and looked at as any other; one that is joined already is not joined twice."""
    held = application.attachments.current().filter(question_key=row.question.key, file__sha256=attachment.file.sha256)
    if held.exists():
        return
    if attachment.file.is_held or attachment.file.is_infected:
        raise UploadRefused(f"« {attachment.file.name} » n’a pas été repris : l’antivirus ne l’a pas reconnu sain. Joignez-le vous-même.")
    with attachment.file.content.open("rb") as content:
        copy = SimpleUploadedFile(attachment.file.name, content.read())
    attach_file(application=application, question=row.question, uploaded=copy, actor=actor)
