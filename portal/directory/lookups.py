"""Looking for a school by words, as one types or not: so many a minute for one account, so that nobody empties the directory by its search."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from portal.text.search import tidy

ACTION = "find_school"
RATES = {ACTION: "60/m/user"}
TOO_MANY = "Vous avez fait soixante recherches en une minute. Attendez une minute, puis cherchez de nouveau : vos mots sont gardés."


def may_look_up(request: HttpRequest) -> bool:
    """Count this search (`q` of the address) for the account that makes it; False beyond the rate, and until a minute has passed."""
    if not tidy(request.GET.get("q")):
        return True
    return bool(ratelimit.consume(request, app=__name__, action=ACTION, config=RATES, user=request.user, limit_get=True))
