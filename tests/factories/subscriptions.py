"""Addresses that follow the calls, and the links that they receive."""

import re

import factory
from factory.django import DjangoModelFactory

from cms import subscribing
from cms.models import Subscription
from portal.notifications.models import Message

LINK = re.compile(r"/abonnement/confirmer/(\S+)/")


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = Subscription

    email = factory.Sequence(lambda n: f"suit{n}@exemple.fr")


def token_for(email: str, *topics: str, programme=None) -> str:
    """The token of the link that confirms this wish, as its mail carries it."""
    subscribing.ask(subscribing.Wish(email, topics, programme))
    return LINK.search(Message.objects.filter(code=subscribing.REQUESTED, to_email=email).latest("pk").body)[1]
