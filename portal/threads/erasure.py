"""The signature of an erased person under their messages."""

from portal.accounts.erasure.places import Erased, erased
from portal.threads.models import Post


@erased
def signatures(person: Erased) -> None:
    """What was written stays: it belongs to the file."""
    Post.objects.filter(author=person.user).update(author_label=person.pseudonym)
