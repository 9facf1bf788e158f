"""What awaits me: each role lands here after signing in."""

from django.shortcuts import render


def my_space(request):
    return render(request, "ui/my_space.html", {})
