"""Who runs the site: made by whoever has a shell on its machine, and let in by a link that opens once, for an hour."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import letters
from accounts.actions.refusals import Refusal
from accounts.models import User
from accounts.second_factor import GRACE_DAYS

SALT = "accounts.administrators"
LINK_LASTS = timedelta(hours=1)
LAST = gettext_lazy(
    "Nobody else runs the site: name somebody first, in the administration or by the command createadmin."
)
NAMELESS = ("Administration", "du site")  # as long as nobody has said how they are called


def is_the_last(user: User) -> bool:
    """Whether nobody would run the site without them."""
    if not (user.is_active and user.is_superuser):
        return False
    return not _running().exclude(pk=user.pk).exists()


def require_another(user: User) -> None:
    """Within a transaction, before somebody goes: of two at once, one stays. Raises Refusal."""
    if user.is_superuser:
        list(_running().select_for_update(no_key=True).order_by("pk").values_list("pk"))
    if is_the_last(user):
        raise Refusal(str(LAST))


def _running() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True, is_superuser=True)


@transaction.atomic
def make(email: str, *, first_name: str, last_name: str, now: datetime) -> tuple[User, bool]:
    """Have the person with this address run the site; whoever has none gets an account. Returns it, and whether a link is
    needed to come in. Raises Refusal.

    Whoever typed an address at the sign-up and never showed it to be theirs may be anybody: what they chose opens nothing
    any more.
    """
    user = User.objects.select_for_update(no_key=True).filter(email__iexact=email).first()
    claims = EmailAddress.objects.filter(email__iexact=email)
    claims = claims.exclude(user=user) if user else claims
    if claims.filter(verified=True).exists():
        raise Refusal(_("This is the second address of another account: name the first one."))
    if user is None:
        user = User.objects.create_user(
            email, first_name=first_name, last_name=last_name,
            second_factor_asked_at=now - timedelta(days=GRACE_DAYS + 1),
        )  # fmt: skip
    if not user.is_active:
        raise Refusal(
            _("This account is closed, or locked: it is opened in the administration first.")
        )
    row, _new = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": False}
    )
    if not row.verified:
        user.set_unusable_password()
        EmailAddress.objects.filter(email__iexact=email).exclude(pk=row.pk).delete()
        EmailAddress.objects.filter(pk=row.pk).update(verified=True, primary=True)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser", "password"])
    return user, not user.has_usable_password()


def link(user: User) -> str:
    """Where they choose a password: the path, which opens until one is chosen, for an hour."""
    return reverse("admin-link", args=[signing.dumps([user.pk, _state(user)], salt=SALT)])


def send_link(user: User, *, now: datetime) -> None:
    letters.admin_link(user, url=link(user), until=now + LINK_LASTS)


def of_link(token: str) -> User | None:
    """Whom the link lets in, today; None for one that is too old, was used, or isn't ours."""
    try:
        pk, state = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_superuser=True).first()
    return user if user and constant_time_compare(state, _state(user)) else None


def take(token: str) -> User | None:
    """The same, with the row locked until the end of the transaction: of two at once, one chooses the password."""
    user = of_link(token)
    if user:
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return of_link(token) if user else None


def _state(user: User) -> str:
    """What is another once a password was chosen, or the address changed."""
    return salted_hmac(
        SALT, f"{user.pk} {user.email} {user.password}", algorithm="sha256"
    ).hexdigest()[:32]
