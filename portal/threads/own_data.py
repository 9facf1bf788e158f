"""What a person wrote in threads, of those that they still read."""

from collections.abc import Iterator

from portal.accounts.models import User
from portal.accounts.own_data.chapters import Row, chapter
from portal.threads.models import Post, Thread


@chapter("echanges", "Vos messages dans les échanges", "threads.Post.author", "threads.ThreadReading.user", order=60)
def own_posts(user: User) -> Iterator[Row]:
    visible = Thread.objects.visible_to(user).order_by().values("pk")
    for post in Post.objects.filter(author=user, thread__in=visible).select_related("thread").order_by("pk"):
        yield {"Date": post.sent_at, "Échange": post.thread.label, "Message": post.text, "Retiré le": post.withdrawn_at}
