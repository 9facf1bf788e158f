import factory
from factory.django import DjangoModelFactory

from portal.notifications.models import Message
from portal.notifications.outbox import message_id


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    code = "tests.message"
    event_key = factory.Sequence(lambda n: f"tests.message:{n}")
    to_email = factory.Sequence(lambda n: f"personne{n}@preau.example")
    subject = "Votre dossier est déposé"
    body = "Bonjour,\n\nVotre dossier est déposé.\n"
    message_id = factory.LazyAttribute(lambda m: message_id(m.event_key, m.to_email))
