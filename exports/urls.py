from django.urls import path

from exports.views import workbooks

app_name = "exports"

urlpatterns = [
    path("", workbooks.index, name="index"),
    path("<slug:code>/", workbooks.ask, name="ask"),
]
