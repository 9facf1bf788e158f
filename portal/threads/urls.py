from django.urls import path

from portal.threads import views

app_name = "threads"

urlpatterns = [
    path("", views.thread_list, name="list"),
    path("<int:pk>/", views.thread, name="thread"),
    path("<int:pk>/lu/", views.read_thread, name="read"),
    path("<int:pk>/action/<slug:name>/", views.thread_action, name="thread_action"),
    path("<int:pk>/messages/<int:post>/retirer/", views.withdraw_post, name="withdraw"),
    path("<slug:kind>/<slug:key>/", views.begin, name="whole"),
    path("<slug:kind>/<slug:key>/interne/", views.begin_inside, name="inside"),
    path("<slug:kind>/<slug:key>/question/<slug:place>/", views.begin, name="place"),
]
