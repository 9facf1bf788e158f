"""Sessions in the database, as Django keeps them; theirs is the first question of every request, and it is composed once."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.prepared import prepared


@prepared
def _alive(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """What `SESSION_ENGINE` names."""

    def _get_session_from_db(self) -> Session | None:
        found = _alive.first(self.session_key, timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found
