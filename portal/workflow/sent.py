"""What a person sent last on an object, as a fingerprint in the session: a second press is told from a second word."""

import json
from datetime import datetime
from hashlib import sha256

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

_KEY = "forms_sent"
_KEPT = 20  # objects that a session remembers; older ones are forgotten first


def remember(request: HttpRequest, obj: models.Model) -> None:
    """Keep that this request has just carried out an act on `obj`."""
    kept = request.session.get(_KEY, {})
    kept.pop(_name(obj), None)
    kept[_name(obj)] = [_fingerprint(request), timezone.now().isoformat()]
    request.session[_KEY] = dict(list(kept.items())[-_KEPT:])


def was_sent(request: HttpRequest, obj: models.Model) -> bool:
    """Whether the last form that this session carried out on `obj` said the same, to the same address."""
    return sent_at(request, obj) is not None


def sent_at(request: HttpRequest, obj: models.Model) -> datetime | None:
    """When the last form that this session carried out on `obj` ended, where it said the same to the same address; None where it did not.

    The session is read anew: the first of two presses may have ended while the second was waiting for it.
    """
    if not request.session.session_key:
        return None
    stored = type(request.session)(request.session.session_key)
    said, at = stored.get(_KEY, {}).get(_name(obj)) or (None, None)
    return datetime.fromisoformat(at) if said == _fingerprint(request) else None


def _name(obj: models.Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"


def _fingerprint(request: HttpRequest) -> str:
    """Of the address, of what was typed and of the names and sizes of the files, but for the token of the form."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, [(file.name, file.size) for file in given]) for name, given in request.FILES.lists())
    return sha256(json.dumps([request.path, typed, files]).encode()).hexdigest()
