from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.ui.outlines import drawing_of


@login_not_required
@require_safe
@cache_control(public=True, max_age=24 * 3600)
def region_outlines(request: HttpRequest) -> HttpResponse:
    """The outlines of the Région's départements, one image for all maps; 404 where the portal has none."""
    drawing = drawing_of(settings.REGION_CODE)
    if not drawing:
        raise Http404("no outlines")
    return HttpResponse(drawing, content_type="image/svg+xml")
