"""Addresses of the jury: piles, grid, panel, assignment, progress, ranking."""

from django.urls import path

from scoring.views import assessor, grid, jury, panel, ranking, statistics

CALL = "jury/appels/<str:reference>/"

jury_patterns = [
    path("jury/", jury.index, name="jury"),
    path("jury/mes-dossiers/", assessor.pile, name="pile"),
    path("jury/evaluations/<int:pk>/", assessor.assessment, name="assessment"),
    path("jury/evaluations/<int:pk>/criteres/<int:criterion>/", assessor.save_criterion, name="save_criterion"),
    path("jury/evaluations/<int:pk>/rendre/", assessor.assessment_hand_in, name="assessment_hand_in"),
    path("jury/evaluations/<int:pk>/interet/", assessor.assessment_interest, name="assessment_interest"),
    path("jury/evaluations/<int:pk>/retirer/", jury.withdraw, name="withdraw_reading"),
    path("jury/evaluations/<int:pk>/action/<slug:name>/", assessor.assessment_action, name="assessment_action"),
    path(CALL, jury.call_jury, name="call_jury"),
    path(f"{CALL}grille/", grid.grid, name="grid"),
    path(f"{CALL}grille/creer/", grid.grid_create, name="grid_create"),
    path(f"{CALL}grille/reglages/", grid.grid_settings, name="grid_settings"),
    path(f"{CALL}grille/calculer/", jury.compute, name="compute_marks"),
    path(f"{CALL}grille/criteres/ajouter/", grid.criterion_add, name="criterion_add"),
    path(f"{CALL}grille/criteres/<int:pk>/", grid.criterion_edit, name="criterion_edit"),
    path(f"{CALL}grille/criteres/<int:pk>/retirer/", grid.criterion_remove, name="criterion_remove"),
    path(f"{CALL}grille/criteres/<int:pk>/<slug:direction>/", grid.criterion_move, name="criterion_move"),
    path(f"{CALL}membres/", panel.panel, name="panel"),
    path(f"{CALL}membres/<int:pk>/retirer/", panel.panel_remove, name="panel_remove"),
    path(f"{CALL}attribution/", jury.assignment, name="assignment"),
    path(f"{CALL}dossiers/", jury.progress_by_file, name="progress_by_file"),
    path(f"{CALL}dossiers/<str:file_reference>/", jury.file_readers, name="file_readers"),
    path(f"{CALL}statistiques/", statistics.statistics, name="statistics"),
    path(f"{CALL}classement/", ranking.ranking, name="ranking"),
    path(f"{CALL}classement/<str:file_reference>/", ranking.ranking_file, name="ranking_file"),
    path(f"{CALL}classement/<str:file_reference>/interet/", ranking.ranking_interest, name="ranking_interest"),
]
