from django.urls import path

from exports.views import minutes, workbooks

app_name = "exports"

urlpatterns = [
    path("", workbooks.index, name="index"),
    path("proces-verbal/<int:pk>/", minutes.draft_minutes, name="draft_minutes"),
    path("<slug:code>/", workbooks.ask, name="ask"),
]
