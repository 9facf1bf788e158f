from django.urls import path

from portal.journal import views

app_name = "journal"

urlpatterns = [
    path("", views.entry_list, name="list"),
    path("verifier/", views.check, name="check"),
    path("<int:pk>/", views.entry_detail, name="entry"),
]
