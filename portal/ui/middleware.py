class PrivateCacheMiddleware:
    """Answers to a signed-in person are never kept by a shared cache nor shown by the back button to the next one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
