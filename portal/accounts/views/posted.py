"""What a request brings to a form."""


def posted(request):
    """The data of a POST, even empty; None when the page is only read."""
    return request.POST if request.method == "POST" else None
