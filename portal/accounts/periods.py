"""What accounts keep for a time, and the portal ends by itself."""

from datetime import timedelta

from django.conf import settings

from portal.accounts.models.joining import LINK_VALIDITY
from portal.accounts.own_data.jobs import LIFETIME
from portal.files import periods

periods.register(10, "une session", lambda: timedelta(seconds=settings.SESSION_COOKIE_AGE), "au plus")
periods.register(11, "un lien personnel envoyé par courriel", lambda: LINK_VALIDITY, "au plus")
periods.register(31, "l’export de vos propres données", lambda: LIFETIME)
