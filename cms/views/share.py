"""The pictures that go with shared links: of a call, of a piece of news. Open to all, as the page is."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from calls.models import Call
from cms.models import CallPage, NewsPage
from portal.ui.share_picture import SharePicture


@login_not_required
@require_safe
def call_picture(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(CallPage.objects.live().public().filter(call__in=Call.objects.public()).select_related("call"), slug=slug)
    return _picture(request, page.share_words)


@login_not_required
@require_safe
def news_picture(request: HttpRequest, slug: str) -> HttpResponse:
    return _picture(request, get_object_or_404(NewsPage.objects.live().public(), slug=slug).share_words)


def _picture(request: HttpRequest, words: SharePicture) -> HttpResponse:
    etag = f'"{words.mark}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=3600"}
    return get_conditional_response(request, etag=etag) or HttpResponse(words.png(), content_type="image/png", headers=headers)
