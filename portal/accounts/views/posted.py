"""What a request brings to a form."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """The data of a POST, even empty; None when the page is only read."""
    return request.POST if request.method == "POST" else None
