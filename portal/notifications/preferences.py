"""When each person wants their messages: what they chose, changing it, and the link of a mail that stops a kind of messages (RFC 8058)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.journal import recorder
from portal.notifications import registry
from portal.notifications.digest import CODE as DIGEST_CODE
from portal.notifications.families import MAY_BE_SILENT, Family, Timing
from portal.notifications.models import DeliveryChoice, Message
from portal.notifications.registry import Ending
from portal.notifications.tasks import wake
from portal.roles import Person

ACT = "choose_delivery"
_SALT = "portal.notifications.stop"


@dataclass(frozen=True)
class Changed:
    """What a change has done: the choices before it, the messages that leave now, those that stay in the portal."""

    before: dict[str, str]
    leaving: int
    kept: int


def chosen_by(user: Person) -> dict[str, str]:
    """When this person wants each family, the default where they chose nothing."""
    rows = dict(user.delivery_choices.values_list("family", "delivery"))
    return {family.value: rows.get(family.value, Timing.NOW.value) for family in Family}


@transaction.atomic
def choose(*, user: Person, wanted: Mapping[str, str]) -> Changed | None:
    """Keep the choices of a person, by family; None when nothing changes. What waited for a digest that they no longer want leaves at once, or stays
    in the portal. Raises ValueError for a family that may not be silent.
    """
    if any(delivery == Timing.PORTAL and family not in MAY_BE_SILENT for family, delivery in wanted.items()):
        raise ValueError("somebody waits for the answer to these messages")
    user = get_user_model().objects.select_for_update(of=("self",)).get(pk=user.pk)
    before = chosen_by(user)
    changes = {family: delivery for family, delivery in wanted.items() if before[family] != delivery}
    if not changes:
        return None
    for family, delivery in changes.items():
        values = {"delivery": delivery, "changed_at": timezone.now()}
        DeliveryChoice.objects.update_or_create(user=user, family=family, defaults=values)
    told = {Family(family).label: {"before": Timing(before[family]).label, "after": Timing(to).label} for family, to in changes.items()}
    recorder.record(user, ACT, actor=user, data={"families": told})
    moved = {delivery: _move(user, changes, delivery) for delivery in (Timing.NOW, Timing.PORTAL)}
    if moved[Timing.NOW]:
        transaction.on_commit(wake)
    return Changed(before, moved[Timing.NOW], moved[Timing.PORTAL])


def _move(user: Person, changes: Mapping[str, str], delivery: Timing) -> int:
    """What is held of the families that are now wanted otherwise."""
    families = {family for family, to in changes.items() if to == delivery}
    codes = [code for code in registry.codes() if registry.family_of(code) in families]
    held = Message.objects.filter(recipient=user, state=Message.State.HELD, code__in=codes)
    return held.update(state=Message.State.PENDING if delivery == Timing.NOW else Message.State.PORTAL)


# -- Stopping from a mail ------------------------------------------------------------------------------------------------------


def stopping(message: Message) -> Ending:
    """The headers by which a mail reader stops this kind of messages, where it may be stopped. Kept nowhere."""
    if message.recipient_id is None:
        return Ending()
    what = DIGEST_CODE if message.code == DIGEST_CODE else registry.family_of(message.code)
    if what is None or (what != DIGEST_CODE and what not in MAY_BE_SILENT):
        return Ending()
    token = signing.dumps([message.recipient_id, str(what)], salt=_SALT, compress=True)
    stop_at = settings.BASE_URL + reverse("notifications:stop", args=[token])
    return Ending(headers={"List-Unsubscribe": f"<{stop_at}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"})


@dataclass(frozen=True)
class Stop:
    """What a link asks to stop: one family, or whatever of the digest may be."""

    user: Person
    families: tuple[Family, ...]

    def carry_out(self) -> None:
        choose(user=self.user, wanted={family.value: Timing.PORTAL.value for family in self.families})


def read_stop(token: str) -> Stop | None:
    """What a link stops; None when it is forged, or its account closed. It has no end: mail readers show it for years."""
    try:
        key, what = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = get_user_model().objects.filter(pk=key, is_active=True).first()
    if user is None:
        return None
    if what == DIGEST_CODE:
        chosen = chosen_by(user)
        return Stop(user, tuple(family for family in Family if family in MAY_BE_SILENT and chosen[family.value] == Timing.DIGEST))
    return Stop(user, (Family(what),)) if what in MAY_BE_SILENT else None
