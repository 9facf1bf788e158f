from django.urls import path

from portal.directory import views

app_name = "directory"

urlpatterns = [
    path("", views.establishment_list, name="list"),
    path("import/", views.import_new, name="import"),
    path("import/<uuid:pk>/", views.import_report, name="import_report"),
    path("<str:uai>/", views.establishment_detail, name="establishment"),
]
