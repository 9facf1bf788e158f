"""Addresses of the Région's side: list of files, instruction, steering of the calls."""

from django.urls import path

from calls.views import calls, files, officer

staff_patterns = [
    path("dossiers/", files.files, name="files"),
    path("dossiers/lot/recevables/", files.declare_admissible, name="declare_admissible"),
    path("dossiers/<slug:reference>/complements/", officer.request_completion, name="request_completion"),
    path("dossiers/<slug:reference>/suivi/", officer.assign, name="assign"),
    path("appels/<slug:slug>/action/<slug:name>/", calls.call_action, name="call_action"),
    path("pilotage/", calls.steering, name="steering"),
    path("pilotage/<slug:reference>/", calls.steered_call, name="steered_call"),
    path("pilotage/<slug:reference>/prolonger/", calls.extend, name="extend"),
]
