"""Addresses of the sittings, the decisions and the release."""

from django.urls import path

from scoring.views import balance, decision, envelope, release, scenario, session

session_patterns = [
    path("seances/", session.session_list, name="sessions"),
    path("seances/nouvelle/", session.session_create, name="session_create"),
    path("seances/<int:pk>/", session.session, name="session"),
    path("seances/<int:pk>/presence/", session.session_attendance, name="session_attendance"),
    path("seances/<int:pk>/comparer/", session.compare, name="session_compare"),
    path("seances/<int:pk>/scenarios/nouveau/", session.scenario_create, name="scenario_create"),
    path("seances/<int:pk>/scenarios/<int:scenario>/retenir/", session.scenario_retain, name="scenario_retain"),
    path("seances/<int:pk>/scenarios/<int:scenario>/supprimer/", session.scenario_drop, name="scenario_drop"),
    path("seances/<int:pk>/scenarios/<int:scenario>/rejouer/", scenario.scenario_replay, name="scenario_replay"),
    path("seances/<int:pk>/scenarios/<int:scenario>/verifier/", scenario.scenario_verify, name="scenario_verify"),
    path("seances/<int:pk>/scenarios/<int:scenario>/<slug:part>.json", scenario.scenario_download, name="scenario_download"),
    path("seances/<int:pk>/calculer/", scenario.run_methods, name="session_run"),
    path("seances/<int:pk>/essayer/<str:reference>/", scenario.lock, name="session_lock"),
    path("seances/<int:pk>/verrous/<int:lock>/lever/", scenario.unlock, name="session_unlock"),
    path("seances/<int:pk>/regles/", balance.rules_page, name="session_rules"),
    path("seances/<int:pk>/regles/nouvelle/", balance.rule_create, name="rule_create"),
    path("seances/<int:pk>/regles/reprendre/", balance.rules_copy, name="rules_copy"),
    path("seances/<int:pk>/regles/<int:rule>/", balance.rule_edit, name="rule_edit"),
    path("seances/<int:pk>/regles/<int:rule>/supprimer/", balance.rule_remove, name="rule_remove"),
    path("seances/<int:pk>/calculs/<int:run>/assouplir/<int:index>/", balance.relaxation_adopt, name="relaxation_adopt"),
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
