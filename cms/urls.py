from django.urls import path, re_path

from cms.demo import closing
from cms.rehearsal import views as rehearsal
from cms.views import feeds, search, share, site, subscriptions

app_name = "cms"

urlpatterns = [
    path("appels/flux.rss", feeds.calls_feed, name="calls_feed"),
    path("appels/calendrier.ics", site.calls_calendar, name="calls_calendar"),
    path("appels/<slug:slug>/dates.ics", site.call_calendar, name="call_calendar"),
    path("appels/<slug:slug>/formulaire/", site.call_form, name="call_form"),
    path("appels/<slug:slug>/grille/", site.call_grid, name="call_grid"),
    path("appels/<slug:slug>/partage.png", share.call_picture, name="call_picture"),
    path("actualites/<slug:slug>/partage.png", share.news_picture, name="news_picture"),
    path("actualites/flux.rss", feeds.news_feed, name="news_feed"),
    path("recherche/", search.search, name="search"),
    path("appels/<slug:slug>/regles/", site.call_rules, name="call_rules"),
    path("resultats/<slug:slug>/verifier/<str:part>", site.public_selection_file, name="public_selection"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path("abonnement/", subscriptions.subscribe, name="subscribe"),
    path("abonnement/demande/", subscriptions.sent, name="subscription_sent"),
    path("abonnement/confirmer/<str:token>/", subscriptions.confirm, name="subscription_confirm"),
    path("abonnement/<uuid:key>/", subscriptions.subscription, name="subscription"),
    path("abonnement/<uuid:key>/arreter/", subscriptions.stop, name="subscription_stop"),
    path("demonstration/<str:reference>/clore/", closing.close_call, name="close_call"),
    path("pilotage/<slug:reference>/repetition/", rehearsal.rehearsal, name="rehearsal"),
    path("pilotage/<slug:reference>/repetition/preparer/", rehearsal.prepare, name="rehearsal_prepare"),
    path("pilotage/<slug:reference>/repetition/avancer/", rehearsal.forward, name="rehearsal_forward"),
    path("pilotage/<slug:reference>/repetition/entrer/", rehearsal.enter, name="rehearsal_enter"),
    path("pilotage/<slug:reference>/repetition/fermer/", rehearsal.close, name="rehearsal_close"),
    path("repetitions/<int:key>/", rehearsal.back, name="rehearsal_back"),
    re_path(r"^media/(?P<path>images/[^/]+)$", site.site_image, name="site_image"),
]
