"""Every address of the portal: the only module that may look up at the apps."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.admin.account import AppearanceView
from cms.admin.policy import editors_only
from cms.views import site as cms_views
from portal import health, home
from portal.ui import views as ui_views

urlpatterns = [
    path("sante/vivant", health.live, name="health_live"),
    path("sante/pret", health.ready, name="health_ready"),
    path("espace/", home.my_space, name="my_space"),
    path("carte/contours.svg", ui_views.region_outlines, name="region_outlines"),
    path("compte/", include("portal.accounts.urls")),
    path("etablissements/<str:uai>/equipe/", include("portal.accounts.team_urls")),
    path("etablissements/", include("portal.directory.urls")),
    path("fichiers/", include("portal.files.urls")),
    path("taches/", include("portal.jobs.urls")),
    path("journal/", include("portal.journal.urls")),
    path("courriels/", include("portal.notifications.urls")),
    path("echanges/", include("portal.threads.urls")),
    path("", include("calls.urls")),
    path("", include("scoring.urls")),
    path("", include("orders.urls")),
    path("exports/", include("exports.urls")),
    # Wagtail brings a second sign-in page, without second factor nor throttle: only ours is open.
    path("gestion/login/", RedirectView.as_view(pattern_name="account_login")),
    path("gestion/account/", editors_only(require_admin_access(AppearanceView.as_view())), name="editing_account"),
    path("gestion/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, editors_only))),
    # The public site: open to all, unlike everything above. Private files are never documents of Wagtail.
    re_path(r"^documents/(\d+)/(.*)$", cms_views.site_document, name="wagtaildocs_serve"),
    path("", include("cms.urls")),
    re_path(r"^((?:[\w\-]+/)*)$", login_not_required(wagtail_views.serve), name="wagtail_serve"),
]

handler400 = "portal.ui.errors.bad_request"
handler403 = "portal.ui.errors.permission_denied"
handler404 = "portal.ui.errors.page_not_found"
handler500 = "portal.ui.errors.server_error"
