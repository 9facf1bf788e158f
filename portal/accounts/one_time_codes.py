"""Codes of the generator: each serves once."""

import hashlib

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.core.cache import cache

from portal.accounts.demo import demo_person
from portal.accounts.models import User


def use(user: User, code: str) -> bool:
    """Note that this code has served; False when it already had. Kept as long as the code could still be accepted."""
    lifetime = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return cache.add(_key(user, code), 1, timeout=lifetime)


def demo_code(user: User) -> str:
    """A code that the generator of this person of the demonstration would accept now; empty for anybody else."""
    if user is None or demo_person(user.email) is None:
        return ""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return ""
    secret = decrypt(factor.data["secret"])
    counters = sorted(yield_hotp_counters_from_time())
    codes = [format_hotp_value(hotp_value(secret, counter)) for counter in counters[len(counters) // 2 :]]  # now, then the next one
    return next((code for code in codes if cache.get(_key(user, code)) is None), codes[-1])


def _key(user: User, code: str) -> str:
    digits = "".join(sign for sign in code if sign.isdigit())
    return "second-factor:" + hashlib.sha256(f"{user.pk}:{digits}".encode()).hexdigest()
