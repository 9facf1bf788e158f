from django.urls import path

from portal.notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.message_list, name="list"),
    path("mes-messages/", views.my_messages, name="mine"),
    path("relancer/", views.retry_all, name="retry_all"),
    path("<int:pk>/", views.message_detail, name="message"),
    path("<int:pk>/relancer/", views.retry, name="retry"),
]
