"""Who may read the attachments of messages: whoever reads the thread. Those of a withdrawn message are retired with it."""

from portal.accounts.models import User
from portal.files import access
from portal.files.models import StoredFile
from portal.threads.actions import PURPOSE
from portal.threads.models import Post, Thread


@access.allow(PURPOSE)
def reads_attachment(user: User, stored_file: StoredFile) -> bool:
    post = Post.objects.standing().filter(pk=int(stored_file.subject_id)).first()
    return post is not None and Thread.objects.visible_to(user).filter(pk=post.thread_id).exists()
