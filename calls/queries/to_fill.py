"""Documents that the forms of a call give to be filled in."""

from uuid import UUID

from calls import rules
from calls.models import Call, Questionnaire
from calls.questionnaire import DefinitionError
from calls.questions.file import FileQuestion
from portal.accounts.models import User
from portal.files.models import StoredFile

PURPOSE = "to_fill"  # of the stored file: served with the form that names it, by no rule of its own


def document_of(call: Call, pk: UUID, reader: User) -> StoredFile | None:
    """The file of that id, where a form of this call that the reader may read gives it.

    Everybody reads the versions that were put in force; whoever works on calls reads those that are being written too. Two queries.
    """
    versions = call.questionnaires.all() if rules.works_on_calls(reader) else call.questionnaires.exclude(frozen_at=None)
    if not any(str(pk) in _given_by(version) for version in versions):
        return None
    return StoredFile.objects.filter(pk=pk, purpose=PURPOSE, deleted_at=None).first()


def _given_by(version: Questionnaire) -> set[str]:
    try:
        questions = version.schema.questions
    except DefinitionError:  # a draft that cannot make a form yet
        return set()
    return {question.to_fill.id for question in questions if isinstance(question, FileQuestion) and question.to_fill}
