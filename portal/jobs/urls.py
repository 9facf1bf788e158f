from django.urls import path

from portal.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.job_list, name="list"),
    path("<uuid:pk>/", views.job, name="job"),
    path("<uuid:pk>/annuler/", views.cancel, name="cancel"),
]
