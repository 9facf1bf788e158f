"""Addresses of the sittings, the decisions and the release."""

from django.urls import path

from scoring.views import decision, envelope, release, session

session_patterns = [
    path("seances/", session.session_list, name="sessions"),
    path("seances/nouvelle/", session.session_create, name="session_create"),
    path("seances/<int:pk>/", session.session, name="session"),
    path("seances/<int:pk>/presence/", session.session_attendance, name="session_attendance"),
    path("seances/<int:pk>/comparer/", session.compare, name="session_compare"),
    path("seances/<int:pk>/scenarios/nouveau/", session.scenario_create, name="scenario_create"),
    path("seances/<int:pk>/scenarios/<int:scenario>/retenir/", session.scenario_retain, name="scenario_retain"),
    path("seances/<int:pk>/scenarios/<int:scenario>/supprimer/", session.scenario_drop, name="scenario_drop"),
    path("seances/<int:pk>/action/<slug:name>/", session.session_action, name="session_action"),
    path("decisions/", decision.decision_list, name="decisions"),
    path("decisions/<int:pk>/", decision.decision, name="decision"),
    path("decisions/proposer/<int:session>/", decision.propose, name="propose_decisions"),
    path("decisions/vote/<str:reference>/", decision.vote, name="vote"),
    path("decisions/enveloppes/<int:pk>/", envelope.envelope_edit, name="envelope"),
    path("decisions/enveloppes/<int:pk>/supprimer/", envelope.envelope_remove, name="envelope_remove"),
    path("decisions/enveloppes/<str:reference>/nouvelle/", envelope.envelope_create, name="envelope_create"),
    path("decisions/notification/<str:reference>/", release.release, name="release"),
]
