"""Every address of the portal. With portal.home, the only module that may look up at the apps."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import health, home

urlpatterns = [
    path("sante/vivant", health.live, name="health_live"),
    path("sante/pret", health.ready, name="health_ready"),
    path("espace/", home.my_space, name="my_space"),
    path("compte/", include("portal.accounts.urls")),
    path("etablissements/", include("portal.directory.urls")),
    path("fichiers/", include("portal.files.urls")),
    path("taches/", include("portal.jobs.urls")),
    path("journal/", include("portal.journal.urls")),
    path("courriels/", include("portal.notifications.urls")),
    path("", include("calls.urls")),
    path("", include("scoring.urls")),
    path("", include("orders.urls")),
    path("exports/", include("exports.urls")),
    path("gestion/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("cms.urls")),
    path("", include(wagtail_urls)),
]
