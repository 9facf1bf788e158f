"""The team of a school, below its page in the directory: /etablissements/<uai>/equipe/."""

from django.urls import path

from portal.accounts.views import delegations, team

app_name = "team"

urlpatterns = [
    path("", team.team, name="team"),
    path("demandes/<int:pk>/", team.answer, name="answer"),
    path("<int:pk>/terminer/", team.end, name="end"),
    path("inviter/", team.invite, name="invite"),
    path("accueil/", team.open_team, name="open"),
    path("delegations/nouvelle/", delegations.give, name="delegate"),
    path("delegations/<int:pk>/terminer/", delegations.end, name="end_delegation"),
]
