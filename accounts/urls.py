"""The URLs of people and organisations, one paragraph for each noun."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from accounts.views import (
    administrators,
    invitations,
    join_links,
    join_requests,
    mail_domains,
    members,
    organisations,
    own_time,
    places,
    security,
    sign_in_settings,
    sign_ins,
    sign_up,
    typed,
    verification,
)

urlpatterns = [
    # Before allauth's, at its addresses and under its names.
    path("compte/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    path(
        "compte/login/",
        login_not_required(sign_up.LogIn.as_view()),
        name="account_login",
    ),
    path(
        "compte/confirm-email/",
        login_not_required(sign_up.VerificationSent.as_view()),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^compte/confirm-email/(?P<key>[-:\w]+)/$",
        login_not_required(sign_up.ConfirmEmail.as_view()),
        name="account_confirm_email",
    ),
    path(
        "compte/password/change/",
        security.PasswordChange.as_view(),
        name="account_change_password",
    ),
    re_path(
        r"^compte/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        security.PasswordResetFromKey.as_view(),
        name="account_reset_password_from_key",
    ),
    # Cut before its key: the page that a link too old opens, with its button.
    re_path(r"^compte/password/reset/key/(?!done/)[0-9A-Za-z]*-?/?$", security.password_link_cut),
    path("compte/2fa/", security.SecondFactor.as_view(), name="mfa_index"),
    path(
        "compte/2fa/recovery-codes/",
        security.RecoveryCodes.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path("compte/2fa/totp/deactivate/", security.AppOff.as_view(), name="mfa_deactivate_totp"),
    path("compte/2fa/webauthn/add/", security.PasskeyAdded.as_view(), name="mfa_add_webauthn"),
    path(
        "compte/2fa/webauthn/reauthenticate/",
        security.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "compte/2fa/webauthn/keys/<int:pk>/remove/",
        security.PasskeyRemoved.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("compte/sessions/", security.Sessions.as_view(), name="usersessions_list"),
    path("compte/sessions/<int:pk>/fin/", security.end_session, name="session-end"),
    path("compte/adresse-precedente/", security.restore_address),
    path(
        "compte/adresse-precedente/<slug:token>/", security.restore_address, name="address-restore"
    ),
    path("compte/administrer/", administrators.choose_password),
    path("compte/administrer/<str:token>/", administrators.choose_password, name="admin-link"),
    path("compte/connexions/<int:pk>/fin/", sign_ins.unlink, name="sign-in-unlink"),
    path("compte/reprendre/", typed.resume, name="typed"),
    path("votre-temps/", own_time.page, name="own-time"),
    #
    path("mes-organisations/", organisations.mine, name="organisations"),
    path("organisations/nouvelle/", organisations.choose_kind, name="organisation-new"),
    path("organisations/nouvelle/<str:kind>/", organisations.new, name="organisation-new-kind"),
    path("organisations/changer/", organisations.switch, name="organisation-switch"),
    path("organisations/<int:pk>/modifier/", organisations.edit, name="organisation-edit"),
    path("organisations/<int:pk>/renvoyer/", organisations.resubmit, name="organisation-resubmit"),
    path("organisations/<int:pk>/historique/", organisations.history, name="organisation-history"),
    path("organisations/<int:pk>/logo/", organisations.logo, name="organisation-logo"),
    #
    path("organisations/<int:pk>/membres/", members.members, name="members"),
    path(
        "organisations/<int:pk>/invitations/reprendre/",
        members.take_over,
        name="invitations-take-over",
    ),
    #
    path("invitations/<int:pk>/renvoyer/", members.resend, name="invitation-resend"),
    path("invitations/<int:pk>/retirer/", members.withdraw, name="invitation-withdraw"),
    path("invitations/<int:pk>/", invitations.mine, name="my-invitation"),
    path("invitation/", invitations.cut),
    path("invitation/<slug:token>/", invitations.invitation, name="invitation"),
    path("invitation/<slug:token>/compte/", invitations.sign_up, name="invitation-sign-up"),
    #
    path("organisations/<int:pk>/liens/", join_links.index, name="join-links"),
    path("liens/<int:pk>/", join_links.page, name="join-link-page"),
    path("liens/<int:pk>/reprendre/", join_links.take_over, name="join-link-take-over"),
    path("liens/<int:pk>/fermer/", join_links.close, name="join-link-close"),
    path("liens/<int:pk>/affiche/", join_links.poster, name="join-link-poster"),
    path("liens/<int:pk>/qr.svg", join_links.drawing, {"kind": "svg"}, name="join-link-svg"),
    path("liens/<int:pk>/qr.png", join_links.drawing, {"kind": "png"}, name="join-link-png"),
    path("rejoindre/<int:pk>-<slug:key>/", join_links.join, name="join-link"),
    path("rejoindre/<slug:token>/", join_links.cut),
    path("organisations/<int:pk>/domaines/", mail_domains.index, name="mail-domains"),
    path("organisations/<int:pk>/demandes/", join_requests.requests, name="join-requests"),
    path("domaines/<int:pk>/", mail_domains.one, name="mail-domain"),
    path("domaines/<int:pk>/fin/", mail_domains.end, name="mail-domain-end"),
    path("domaines/boite/<slug:token>/", mail_domains.mailbox, name="mail-domain-mailbox"),
    path("bureau/domaines/<int:pk>/", mail_domains.answer, name="mail-domain-answer"),
    path("rejoindre/", join_requests.join, name="join"),
    #
    path("organisations/<int:pk>/connexion/", sign_in_settings.settings, name="sign-in-settings"),
    path("organisations/<int:pk>/connexion/fin/", sign_in_settings.end, name="sign-in-end"),
    path("connexion/", sign_ins.entrance, name="sign-in"),
    path("connexion/bienvenue/", sign_ins.welcome, name="sign-in-welcome"),
    # allauth's provider knows these two by their names.
    path("connexion/<slug:provider_id>/", sign_ins.login, name="openid_connect_login"),
    path("connexion/<slug:provider_id>/retour/", sign_ins.callback, name="openid_connect_callback"),
    #
    path("lieux/suggestions/", places.suggest, name="places-suggest"),
    #
    path("bureau/organisations/", verification.queue, name="organisations-to-verify"),
    path("bureau/organisations/<int:pk>/", verification.verify, name="organisation-verify"),
]
