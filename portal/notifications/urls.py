from django.urls import path

from portal.notifications import preference_views, views

app_name = "notifications"

urlpatterns = [
    path("", views.message_list, name="list"),
    path("mes-messages/", views.my_messages, name="mine"),
    path("mes-messages/lus/", views.mark_read, name="mark_read"),
    path("preferences/", preference_views.own_preferences, name="preferences"),
    path("arreter/<str:token>/", preference_views.stop, name="stop"),
    path("relancer/", views.retry_all, name="retry_all"),
    path("<int:pk>/", views.message_detail, name="message"),
    path("adresses/<int:pk>/reessayer/", views.try_again, name="try_again"),
    path("<int:pk>/lecture/", views.mark, name="mark"),
    path("<int:pk>/relancer/", views.retry, name="retry"),
]
