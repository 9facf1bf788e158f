"""Everything under /compte/: our pages, then allauth's."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from portal.accounts.identity import openid
from portal.accounts.views import account, join, own_data, passkeys, people

app = (
    [
        path("", account.home, name="home"),
        path("profil/", account.profile, name="profile"),
        path("mes-donnees/", own_data.own_data, name="own_data"),
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
        re_path(
            r"^personnes/(?P<pk>[0-9]+)/(?P<act>fermer|rouvrir|effacer|second-facteur)/$", people.change_account, name="change_account"
        ),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(app)),
    path("login/", account.SignInView.as_view(), name="account_login"),
    path("oidc/<str:provider_id>/login/", openid.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", openid.callback, name="openid_connect_callback"),
    path("2fa/webauthn/add/", passkeys.add, name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("2fa/webauthn/login/", login_not_required(passkeys.sign_in), name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.again, name="mfa_reauthenticate_webauthn"),
    path("", include("allauth.urls")),
]
