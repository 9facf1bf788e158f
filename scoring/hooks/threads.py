"""Questions of the jury in the threads of files: their places, what an answer does, who reads its attachments."""

from calls.models import Application
from portal.accounts.models import User
from portal.files import access
from portal.files.models import StoredFile
from portal.threads import registry
from portal.threads.actions import PURPOSE
from portal.threads.models import Thread
from portal.workflow.reactions import after
from scoring import rules
from scoring.actions import question
from scoring.models import JuryQuestion
from scoring.queries.question import asked_about

registry.add_places(Application, question.PLACE, question.place_label)
after(Thread, "write_as_lycee")(question.note_answer)
after(Thread, "settle_by_lycee")(question.note_no_answer)
after(Thread, "take_back_to_region", "take_back_to_lycee", "take_back_to_closed")(question.note_withdrawn)


@access.share(PURPOSE)
def juror_reads_answer(user: User, stored_file: StoredFile) -> bool:
    """What the page of their reading lists: the attachments of answers to the jury, on the files of one's pile."""
    if not rules.sits_in_jury(user):
        return False
    key = int(stored_file.subject_id)
    mine = JuryQuestion.objects.visible_to(user).filter(post__thread__posts=key).select_related("application").first()
    if mine is None:
        return False
    return any(post.pk == key for rows in asked_about(mine.application, user).values() for each in rows for post, _, _ in each.answers)
