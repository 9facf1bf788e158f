"""Who may read the attachments of messages: whoever reads the thread. Those of a withdrawn message are retired with it."""

from portal.accounts.models import User
from portal.files import access, malware
from portal.files.models import StoredFile
from portal.threads.actions import PURPOSE
from portal.threads.models import Post, Thread


@access.allow(PURPOSE)
def reads_attachment(user: User, stored_file: StoredFile) -> bool:
    post = Post.objects.standing().filter(pk=int(stored_file.subject_id)).first()
    return post is not None and Thread.objects.visible_to(user).filter(pk=post.thread_id).exists()


@malware.concerns(PURPOSE)
def concerned_by_attachment(stored_file: StoredFile) -> malware.Concerned:
    """Whoever has read the thread: the others find the file closed."""
    post = Post.objects.select_related("thread").filter(pk=int(stored_file.subject_id)).first()
    if post is None:
        return malware.Concerned(())
    readers = User.objects.filter(pk__in=post.thread.readings.values("user"), is_active=True).order_by("pk")
    return malware.Concerned(tuple(readers), f"échange « {post.thread.label} »", post.thread.get_absolute_url())
