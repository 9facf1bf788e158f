"""Everything under /compte/: our pages, then allauth's."""

from django.urls import include, path, re_path

from portal.accounts.views import account, join, people

app = (
    [
        path("", account.home, name="home"),
        path("profil/", account.profile, name="profile"),
        path("invitation/<str:token>/", account.invitation, name="invitation"),
        path("session/", account.stay_signed_in, name="stay"),
        path("session-terminee/", account.session_ended, name="session_ended"),
        path("etablissement/", join.join, name="join"),
        path("etablissement/lien/<str:token>/", join.answer_by_link, name="join_link"),
        path("etablissement/quitter/<int:pk>/", join.leave, name="leave"),
        re_path(r"^etablissement/(?P<uai>[0-9]{7}[A-Za-z])/$", join.ask, name="ask"),
        path("personnes/", people.people, name="people"),
        path("personnes/inviter/", people.invite, name="invite"),
        path("personnes/<int:pk>/", people.person, name="person"),
        path("personnes/<int:pk>/role/", people.give_role, name="give_role"),
        path("personnes/<int:pk>/role/<int:grant_pk>/terminer/", people.end_role, name="end_role"),
        path("personnes/<int:pk>/invitation/", people.renew_invitation, name="renew_invitation"),
        re_path(r"^personnes/(?P<pk>[0-9]+)/(?P<act>fermer|rouvrir|second-facteur)/$", people.change_account, name="change_account"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(app)),
    path("login/", account.SignInView.as_view(), name="account_login"),
    path("", include("allauth.urls")),
]
