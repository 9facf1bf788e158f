from django.urls import path

from exports.views import file_content, minutes, workbooks

app_name = "exports"

urlpatterns = [
    path("", workbooks.index, name="index"),
    path("proces-verbal/<int:pk>/", minutes.draft_minutes, name="draft_minutes"),
    path("dossier/<slug:reference>/", file_content.file_content, name="file_content"),
    path("<slug:code>/", workbooks.ask, name="ask"),
]
