"""How messages arrive: somebody who reads them together in the morning, somebody whose address answers no more."""

from portal.accounts.models import User
from portal.notifications import preferences, unreachable
from portal.notifications.bounces import ServerReport
from portal.notifications.families import Family, Timing
from portal.notifications.models import Message

BY_DIGEST = "documentaliste@preau.example"
LEFT = "5.1.1"


def choose_the_digest() -> None:
    """What is written to this person from now on waits for the morning."""
    user = User.objects.get(email=BY_DIGEST)
    preferences.choose(user=user, wanted={family.value: Timing.DIGEST.value for family in Family})


def lose_an_address() -> None:
    """The server of a lycée sends back the latest message to one of its team, who left: called once messages have been sent."""
    message = Message.objects.filter(to_email__startswith="member.", state=Message.State.SENT).order_by("-pk").first()
    if message is not None:
        words = f"550 {LEFT} <{message.to_email}>: Recipient address rejected: User unknown"
        unreachable.came_back(message, ServerReport(message.message_id, frozenset({message.to_email}), True, LEFT, words))
