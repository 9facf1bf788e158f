"""The name of an erased person in what the editing site keeps: earlier versions of pages, subscriptions to calls."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import Revision

from cms.models import Subscription
from portal.accounts.erasure.places import Erased, erased
from portal.journal.veil import replaced_in
from portal.reading import in_pieces


@erased
def revisions(person: Erased) -> None:
    """What a page says today is for its editors to change; the versions kept behind it are nobody's to edit."""
    for revision in in_pieces(Revision.objects.order_by("pk")):
        content = replaced_in(revision.content, person.replace)
        if content != revision.content:
            label = person.replace(revision.object_str)
            Revision.objects.filter(pk=revision.pk).update(content=json.loads(json.dumps(content, cls=DjangoJSONEncoder)), object_str=label)


@erased
def subscriptions(person: Erased) -> None:
    Subscription.objects.filter(email__iexact=person.email).delete()
