from django.urls import path

from portal.directory import views

app_name = "directory"

urlpatterns = [
    path("", views.establishment_list, name="list"),
    path("import/", views.import_new, name="import"),
    path("import/<uuid:pk>/", views.import_report, name="import_report"),
    path("import/<uuid:pk>/modifications/", views.import_changes, name="import_changes"),
    path("import/<uuid:pk>/importer/", views.import_confirm, name="import_confirm"),
    path("import/<uuid:pk>/revenir/", views.import_back, name="import_back"),
    path("agences/", views.agency_list, name="agencies"),
    path("agences/table.csv", views.agency_table, name="agency_table"),
    path("agences/<slug:code>/", views.agency_detail, name="agency"),
    path("declarations/", views.declaration_list, name="declarations"),
    path("declarations/<int:pk>/", views.declaration_detail, name="declaration"),
    path("declarations/<int:pk>/action/<slug:name>/", views.declaration_act, name="declaration_act"),
    path("fermetures/<int:pk>/", views.closure_detail, name="closure"),
    path("fermetures/<int:pk>/action/<slug:name>/", views.closure_act, name="closure_act"),
    path("<str:uai>/fermer/", views.close_lycee, name="close"),
    path("<str:uai>/declarer/<slug:fact>/", views.declare, name="declare"),
    path("<str:uai>/", views.establishment_detail, name="establishment"),
]
