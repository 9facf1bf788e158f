"""What a person sent last on an object, as a fingerprint in the session: a second press is told from a second word."""

import json
from hashlib import sha256

from django.db import models
from django.http import HttpRequest

_KEY = "sent_forms"
_KEPT = 20  # objects that a session remembers; older ones are forgotten first


def remember(request: HttpRequest, obj: models.Model) -> None:
    """Keep that this request has just carried out an act on `obj`."""
    kept = request.session.get(_KEY, {})
    kept.pop(_name(obj), None)
    kept[_name(obj)] = _fingerprint(request)
    request.session[_KEY] = dict(list(kept.items())[-_KEPT:])


def was_sent(request: HttpRequest, obj: models.Model) -> bool:
    """Whether the last form that this session carried out on `obj` said the same, to the same address.

    The session is read anew: the first of two presses may have ended while the second was waiting for it.
    """
    if not request.session.session_key:
        return False
    stored = type(request.session)(request.session.session_key)
    return stored.get(_KEY, {}).get(_name(obj)) == _fingerprint(request)


def _name(obj: models.Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"


def _fingerprint(request: HttpRequest) -> str:
    """Of the address, of what was typed and of the names and sizes of the files, but for the token of the form."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, [(file.name, file.size) for file in given]) for name, given in request.FILES.lists())
    return sha256(json.dumps([request.path, typed, files]).encode()).hexdigest()
