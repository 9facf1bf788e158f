"""Addresses of a CAS provider, which allauth includes as it does those of its own."""

from django.urls import path

from portal.accounts.identity.cas import views

urlpatterns = [
    path("cas/<str:provider_id>/login/", views.login, name="cas_login"),
    path("cas/<str:provider_id>/login/callback/", views.callback, name="cas_callback"),
]
