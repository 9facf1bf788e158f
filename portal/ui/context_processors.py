from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.rehearsal import places
from portal.ui import navigation


def page_frame(request: HttpRequest) -> dict:
    """What `ui/base.html` draws around a page. Worked out only if a template asks; no query for a visitor."""
    return {
        "navigation": SimpleLazyObject(lambda: navigation.links_for(getattr(request, "user", None) or AnonymousUser(), request.path)),
        "is_demo": settings.DEMO,
        "rehearsal": places.current(),
        "region_name": settings.REGION_NAME,
        "session_idle_age": settings.SESSION_IDLE_AGE,
    }
