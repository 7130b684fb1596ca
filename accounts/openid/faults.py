"""What may be wrong with a provider, or with what it says: each has a sentence for those who can put it right."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Code(models.TextChoices):
    """Kept as `SignIn.fault`; the label is what an administrator reads."""

    # The way there.
    ADDRESS = "ADDRESS", _("An address isn’t a whole https:// address. Check what is written.")
    UNKNOWN_HOST = "UNKNOWN_HOST", _("No machine of that name is known on the internet.")
    PRIVATE = "PRIVATE", _("The name leads to a machine that isn’t on the public internet.")
    UNREACHABLE = "UNREACHABLE", _("The provider doesn’t answer, or breaks off.")
    CERTIFICATE = "CERTIFICATE", _("The provider’s certificate doesn’t hold.")
    REDIRECTED = "REDIRECTED", _("The provider sends us elsewhere: write its final address.")
    TOO_BIG = "TOO_BIG", _("The provider’s answer is longer than any we would read.")
    TOO_SLOW = "TOO_SLOW", _("The provider takes too long to answer.")
    STATUS = "STATUS", _("The provider answers with an error.")
    UNREADABLE = "UNREADABLE", _("The provider’s answer isn’t what the protocol says.")
    # What it says of itself.
    DISCOVERY = (
        "DISCOVERY",
        _("The provider doesn’t say where people are sent, where its keys are, or who it is."),
    )
    OTHER_ISSUER = (
        "OTHER_ISSUER",
        _("The provider gives itself another address than the one written: copy its “issuer”."),
    )
    # The way back.
    CANCELLED = "CANCELLED", _("The sign-in was called off at the provider.")
    REFUSED_BY_PROVIDER = (
        "REFUSED_BY_PROVIDER",
        _(
            "The provider refuses: check there who may use this application, and its return address."
        ),
    )
    STATE = "STATE", _("This sign-in was left too long, or done already. Please begin again.")
    ENDED = "ENDED", _("This sign-in has ended.")
    CLIENT = (
        "CLIENT",
        _(
            "The provider doesn’t take our identifier or our secret: one was mistyped, or has expired."
        ),
    )
    CODE = "CODE", _("The provider doesn’t take back the code that it gave.")
    # Its word of who came.
    NO_TOKEN = "NO_TOKEN", _("The provider says nothing of who came (no ID token).")
    ALGORITHM = (
        "ALGORITHM",
        _("The provider signs in a way that we don’t take: choose RS256, PS256 or ES256 there."),
    )
    KEYS = "KEYS", _("Of the keys that the provider publishes, none is the one it signed with.")
    SIGNATURE = "SIGNATURE", _("The signature of the provider’s word doesn’t hold.")
    ISSUER = "ISSUER", _("The provider’s word is in another provider’s name.")
    AUDIENCE = "AUDIENCE", _("The provider’s word is for another application than this site.")
    EXPIRED = "EXPIRED", _("The provider’s word has run out: check its clock.")
    FUTURE = "FUTURE", _("The provider’s word is dated in the future: check its clock.")
    NONCE = "NONCE", _("The provider’s word answers another question than ours.")
    SUBJECT = (
        "SUBJECT",
        _("The provider gives no steady identifier of the person (“sub”), or two that differ."),
    )
    NO_EMAIL = (
        "NO_EMAIL",
        _(
            "The provider gives no e-mail address: let it hand the claim “email” to this application."
        ),
    )


class Fault(Exception):
    """Something that the provider must answer for, or whoever came back from it. It says nothing of what was received."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code
