"""Those who follow the calls by e-mail are told of what everybody may read, in the transaction of the act that makes it so."""

from collections.abc import Iterable, Iterator

from django.dispatch import receiver
from wagtail.signals import page_published

from calls.actions.steering import after_extension
from calls.enums import CallState
from calls.models import Call
from calls.workflows import passages
from cms import subscribing
from cms.models import CallPage, Subscription
from cms.topics import Topic
from portal.accounts.models import User
from portal.files import periods
from portal.jobs import schedules
from portal.journal import acts
from portal.journal.queries import last_act
from portal.notifications import registry
from portal.notifications.registry import EmailNotification
from portal.roles import Actor
from portal.text.french import count
from portal.workflow.actors import SYSTEM
from portal.workflow.reactions import Move, after
from scoring import release_effects
from scoring.release_effects import Effect

DATED_BY = ("extend_closing", "edit")


class Announcement(EmailNotification):
    """About one call, to those who follow one of these topics for its programme. Sent once, or each time that one of `acts` is done."""

    unlisted = True

    def __init__(self, code: str, topics: Iterable[str], *acts: str):
        self.template = f"cms/email/{code}"
        self.topics = tuple(topics)
        self.acts = acts

    def recipients(self, call: Call) -> list[str]:
        return list(Subscription.objects.following(call.programme_id).wanting(*self.topics).values_list("email", flat=True))

    def event_key(self, code: str, about: Call) -> str:
        act = last_act(about, *self.acts) if self.acts else None
        return f"{super().event_key(code, about)}:{act.pk if act else 0}"

    def context(self, about: Call, actor: Actor | None) -> dict:
        act = last_act(about, *self.acts) if self.acts else None
        return {"change": acts.detail_of(act.action, act.data) if act and act.action == "extend_closing" else ""}


class SubscriptionRequested(EmailNotification):
    """The link that confirms: `cms.subscribing.ask` writes it."""

    unlisted = True
    confidential = True


registry.add(subscribing.REQUESTED, SubscriptionRequested())
for code, topics in subscribing.ANNOUNCED.items():
    registry.add(code, Announcement(code, topics, *(DATED_BY if code == "call_dates_announced" else ())))
    registry.end(code, subscribing.ending)

acts.register({"tell_subscribers": "Abonnés prévenus par courriel"})
acts.register_details({"tell_subscribers": lambda data: count(data["count"], "message")})
periods.register(20, "une demande d’abonnement qui n’est pas confirmée", lambda: subscribing.LINK_VALIDITY)
periods.register(21, "chaque courriel envoyé à un abonné", lambda: subscribing.MESSAGES_KEPT)
schedules.register("subscription-messages", "cms.subscribing.forget_messages", cron="55 4 * * *")


@after(Call, "publish")
def announce_call(call: Call, move: Move) -> None:
    subscribing.announce("call_announced", call=call, actor=move.actor)


@receiver(page_published, sender=CallPage, dispatch_uid="cms.announce_call_page")
def announce_call_page(sender: type, instance: CallPage, **kwargs) -> None:
    """A page put on schedule comes after its call: the call is announced when it can be read. Later publications of the page tell nobody."""
    call = Call.objects.get(pk=instance.call_id)
    if call.state == CallState.PUBLISHED and instance.live and instance.first_published_at == instance.last_published_at:
        subscribing.announce("call_announced", call=call, actor=SYSTEM)


@after(Call, "release")
def announce_results(call: Call, move: Move) -> None:
    subscribing.announce(subscribing.RESULTS, call=call, actor=move.actor)


@after(Call, "declare_unsuccessful")
def announce_end(call: Call, move: Move) -> None:
    subscribing.announce("call_without_award_announced", call=call, actor=move.actor)


@after(Call, "withdraw")
def announce_withdrawal(call: Call, move: Move) -> None:
    """A draft has been announced to nobody."""
    if move.source == CallState.PUBLISHED:
        subscribing.announce("call_withdrawal_announced", call=call, actor=move.actor)


@after_extension
def announce_extension(call: Call, actor: User) -> None:
    subscribing.announce("call_dates_announced", call=call, actor=actor)


# -- Said before the act -------------------------------------------------------------------------------------------------------


def _told(call: Call, code: str) -> Iterator[str]:
    told = subscribing.followers(call, subscribing.ANNOUNCED[code])
    if told and (code == "call_announced" or subscribing.is_readable(call)):
        yield f"{count(told, 'personne')} qui {'suit' if told == 1 else 'suivent'} les appels par courriel en {'est prévenue' if told == 1 else 'sont prévenues'}."


@passages.publishing.give
def publishing(call: Call) -> Iterator[str]:
    yield from _told(call, "call_announced")


@passages.ending.give
def ending(call: Call) -> Iterator[str]:
    yield from _told(call, "call_without_award_announced")


@passages.withdrawing_call.give
def withdrawing(call: Call) -> Iterator[str]:
    if call.state == CallState.PUBLISHED:
        yield from _told(call, "call_withdrawal_announced")


def messages_to_subscribers(call: Call) -> list[Effect]:
    """What a release sends to those who follow the results by e-mail."""
    told = subscribing.followers(call, [Topic.RESULTS])
    return [Effect("Courriels aux abonnés", told, "Le lien vers la page de résultats.")] if told else []


release_effects.register("subscribers", messages_to_subscribers, order=32)
