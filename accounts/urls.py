"""People's and organisations' doors, one paragraph a noun."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from accounts.views import invitations, members, organisations, places, sign_up, typed, verification

urlpatterns = [
    # Before allauth's, at its addresses and under its names.
    path("compte/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    re_path(
        r"^compte/confirm-email/(?P<key>[-:\w]+)/$",
        login_not_required(sign_up.ConfirmEmail.as_view()),
        name="account_confirm_email",
    ),
    path("compte/reprendre/", typed.resume, name="typed"),
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
    path("membres/<int:pk>/role/", members.change_role, name="membership-role"),
    #
    path("invitations/<int:pk>/renvoyer/", members.resend, name="invitation-resend"),
    path("invitations/<int:pk>/retirer/", members.withdraw, name="invitation-withdraw"),
    path("invitations/<int:pk>/", invitations.mine, name="my-invitation"),
    path("invitation/<slug:token>/", invitations.invitation, name="invitation"),
    path("invitation/<slug:token>/compte/", invitations.sign_up, name="invitation-sign-up"),
    #
    path("lieux/suggestions/", places.suggest, name="places-suggest"),
    #
    path("bureau/organisations/", verification.queue, name="organisations-to-verify"),
    path("bureau/organisations/<int:pk>/", verification.verify, name="organisation-verify"),
]
