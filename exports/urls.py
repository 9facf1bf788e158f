from django.urls import path

from exports.views import chosen_files, file_content, minutes, workbooks

app_name = "exports"

urlpatterns = [
    path("", workbooks.index, name="index"),
    path("proces-verbal/<int:pk>/", minutes.draft_minutes, name="draft_minutes"),
    path("dossier/<slug:reference>/", file_content.file_content, name="file_content"),
    path("dossiers-choisis/", chosen_files.chosen_files, name="chosen_files"),
    path("<slug:code>/", workbooks.ask, name="ask"),
]
