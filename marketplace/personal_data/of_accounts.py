"""Who one is here: the account, what opens it, the organisations and what one did there."""

from django.utils.translation import gettext_lazy as _

from marketplace.personal_data.part import Chapter, Part, steps

_ME = _("The account")
_OPENS = _("What opens the account, and from where")
_MEMBER = _("Organisations: being of one, inviting, joining")
_DID = _("What was done for an organisation")
_HOUSE = _("The organisation")
_PEOPLE = _("Its people")

PEOPLE = (
    Part("accounts.User", _ME, ("pk",)),
    Part("account.EmailAddress", _ME, ("user",)),
    Part("accounts.AddressChange", _ME, ("user",)),
    Part("marketplace.Inactivity", _ME, ("person",)),
    Part("accounts.Coming", _("What you came for"), ("user",)),
    Part("accounts.FormDraft", _("Forms that you have begun"), ("user",)),
    Part("notifications.Habits", _("How you want your letters"), ("user",)),
    Part("mfa.Authenticator", _OPENS, ("user",), but=("data",)),
    Part("socialaccount.SocialAccount", _OPENS, ("user",)),
    Part("usersessions.UserSession", _OPENS, ("user",), but=("data",)),
    Part("accounts.Membership", _MEMBER, ("user",)),
    Part("accounts.PastMembership", _MEMBER, ("user",)),
    Part("accounts.JoinRequest", _MEMBER, ("user", "answered_by")),
    Part(
        "accounts.Invitation", _MEMBER, ("invited_by",), mails=("email",),
        names=("email", "first_name", "last_name"),
    ),
    Part("accounts.JoinLink", _DID, ("made_by",)),
    Part("accounts.GroupTie", _DID, ("asked_by", "agreed_by", "ended_by")),
    Part("accounts.Leaving", _DID, ("asked_by", "called_off_by", "administrators")),
    Part("accounts.MailDomain", _DID, ("added_by", "asked_by", "agreed_by")),
    Part("accounts.SignIn", _DID, ("added_by", "tried_by")),
    *steps(_DID, "Organisation", "Seat", app="accounts"),
    Part("admin.LogEntry", _("What you did in the administration of the site"), ("user",), but=("object_repr", "change_message")),
)  # fmt: skip

HOUSES = (
    Part("accounts.Organisation", _HOUSE, ("pk",)),
    Part("accounts.OrganisationStep", _HOUSE, ("organisation",)),
    Part("accounts.GroupTie", _HOUSE, ("member", "head")),
    Part("accounts.Seat", _HOUSE, ("operator", "asked_for")),
    Part("accounts.Door", _HOUSE, ("operator",)),
    Part("accounts.MailDomain", _HOUSE, ("organisation",)),
    Part("accounts.SignIn", _HOUSE, ("organisation",)),
    Part("accounts.Leaving", _HOUSE, ("organisation",)),
    Part("accounts.Membership", _PEOPLE, ("organisation",)),
    Part("accounts.PastMembership", _PEOPLE, ("organisation",)),
    Part("accounts.Invitation", _PEOPLE, ("organisation",)),
    Part("accounts.JoinLink", _PEOPLE, ("organisation",)),
    Part("accounts.JoinRequest", _PEOPLE, ("organisation",)),
)

LEFT_OUT = {
    "marketplace.LeftName.person": "Of an account that is closed, which asks for no copy, and gone within minutes.",
    "accounts.Organisation.members": "The same as Membership, which is given.",
    "accounts.Leaving_administrators.user": "The table of Leaving.administrators, which is given.",
    "accounts.User_groups.user": "Rights in the Django admin, which the site doesn’t use.",
    "accounts.User_user_permissions.user": "Rights in the Django admin, which the site doesn’t use.",
    "accounts.User.came_through": "By whose door somebody signed up is theirs: it is in their own copy, not in the operator’s.",
    "accounts.Organisation.came_through": "By whose door an organisation came is in its own copy, not in the operator’s.",
}

CHAPTER = Chapter(_("Account and organisations"), PEOPLE, HOUSES, LEFT_OUT)
