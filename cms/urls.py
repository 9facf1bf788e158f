from django.urls import path, re_path

from cms import views
from cms.demo import closing

app_name = "cms"

urlpatterns = [
    path("appels/flux.rss", views.calls_feed, name="calls_feed"),
    path("appels/<slug:slug>/dates.ics", views.call_calendar, name="call_calendar"),
    path("appels/<slug:slug>/formulaire/", views.call_form, name="call_form"),
    path("appels/<slug:slug>/grille/", views.call_grid, name="call_grid"),
    path("resultats/<slug:slug>/verifier/<str:part>", views.public_selection_file, name="public_selection"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("demonstration/<str:reference>/clore/", closing.close_call, name="close_call"),
    re_path(r"^media/(?P<path>images/[^/]+)$", views.site_image, name="site_image"),
]
