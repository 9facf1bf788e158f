"""Personal links sent by mail: one use, fourteen days at most, worth nothing to anybody else."""

import hashlib
import secrets

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.accounts.models import LINK_VALIDITY, JoinRequest, User

_INVITATION = "portal.accounts.invitation"


def new_token() -> str:
    """A secret for a link: 256 bits. Only its digest is stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def join_request_of(token: str) -> JoinRequest | None:
    """The request that this link answers, whatever has become of it."""
    return JoinRequest.objects.select_related("user", "establishment").filter(token_digest=digest(token)).first()


def invitation_token(user: User) -> str:
    """Signed, dated, bound to the present password: choosing one, or a newer invitation, makes it useless."""
    return signing.dumps([user.pk, _fingerprint(user)], salt=_INVITATION)


def invited_person(token: str) -> User | None:
    """The active account that this link invites; None when it is used, replaced, too old or forged."""
    try:
        pk, fingerprint = signing.loads(token, salt=_INVITATION, max_age=LINK_VALIDITY)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and constant_time_compare(fingerprint, _fingerprint(user)) else None


def _fingerprint(user: User) -> str:
    return salted_hmac(_INVITATION, user.password, algorithm="sha256").hexdigest()[:32]
