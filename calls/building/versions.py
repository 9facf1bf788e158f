"""What a new version of a form changes for files that answer to an older one."""

from collections.abc import Sequence
from dataclasses import dataclass

from calls.questionnaire import Definition
from calls.questions.base import Question
from calls.questions.group import GroupQuestion


@dataclass(frozen=True)
class FormChanges:
    """The questions that are new, those that have gone, those kept. `retyped`: those whose answers the new version could not read."""

    new: Sequence[Question] = ()
    gone: Sequence[Question] = ()
    kept: Sequence[Question] = ()
    retyped: Sequence[Question] = ()

    @property
    def is_readable(self) -> bool:
        """Whether a file may go from one version to the other with all that it has answered."""
        return not self.retyped


def changes_between(old: Definition, new: Definition) -> FormChanges:
    """From one version to the other, by the keys of the questions."""
    before = {question.key: question for question in old.questions}
    after = {question.key: question for question in new.questions}
    both = [(before[key], question) for key, question in after.items() if key in before]
    return FormChanges(
        new=[question for key, question in after.items() if key not in before],
        gone=[question for key, question in before.items() if key not in after],
        kept=[question for _was, question in both],
        retyped=[question for was, question in both if not _reads(question, was)],
    )


def _reads(now: Question, was: Question) -> bool:
    """Whether what was answered to `was` is read by `now`; for a group, column by column."""
    if not now.reads(was.kind):
        return False
    if not (isinstance(now, GroupQuestion) and isinstance(was, GroupQuestion)):
        return True
    kinds = {column.key: column.kind for column in was.columns}
    return all(kinds.get(column.key, column.kind) == column.kind for column in now.columns)
