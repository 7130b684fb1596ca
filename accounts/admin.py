"""The Django admin of people and organisations, for those who run the site. History can be read there, not changed."""

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import letters
from accounts.actions import addresses, administrators
from accounts.actions.refusals import Refusal
from accounts.forms.logos import LogoField
from accounts.models import (
    Anybody,
    Commune,
    Department,
    GroupTie,
    Invitation,
    Membership,
    Organisation,
    OrganisationStep,
    Pole,
    SignIn,
    User,
    coordinated_by,
)


class ReadOnly:
    """Rows that can be seen but not changed."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What isn't shown isn't guessed letter by letter in the address either."""
        hidden = getattr(self, "exclude", None) or ()
        return lookup.split("__")[0] not in hidden and super().lookup_allowed(  # type: ignore[misc]
            lookup, value, request
        )


class MembershipInline(admin.TabularInline):
    """The members of an organisation. Somebody may be added here by those who run the site: a member speaks for the
    organisation and, in an operator, coordinates its pôle. Roles are changed and people taken out on the members'
    page, which also does and tells what follows."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user", "organisation")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StepInline(ReadOnly, admin.TabularInline):
    model = OrganisationStep
    extra = 0
    fields = readonly_fields = ("at", "before", "after", "by", "reason")
    verbose_name_plural = _("history")


TAKEN_AWAY = _("An administrator of the site has removed it, so that you can log in without it.")


RUNNING = ("is_active", "is_staff", "is_superuser")


class PersonForm(UserChangeForm):
    """Each field is sent with what the page showed of it: only what its reader changed there is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = not field.disabled  # never of the password

    def clean(self) -> dict[str, Any] | None:
        """Somebody must be able to come in and give rights."""
        cleaned = super().clean()
        for name in RUNNING:
            if not self.cleaned_data.get(name, True):
                try:
                    administrators.require_another(self.instance)
                except Refusal as refusal:
                    self.add_error(name, str(refusal))
        return cleaned

    def _save_m2m(self) -> None:
        for name in {"groups"} - set(self.changed_data):
            self.cleaned_data.pop(name, None)
        super()._save_m2m()  # type: ignore[misc]  # the stubs leave it out


def _is_no_higher(obj: User | None, user: Anybody) -> bool:
    """Whether this user may change the person's address, password or second factor, which give the whole account:
    only if they have all the rights that it gives, over a pôle too."""
    if obj is None or user.is_superuser:
        return True
    if coordinated_by(obj).exclude(pole__in=coordinated_by(user)).exists():
        return False
    return not obj.is_superuser and obj.get_all_permissions() <= user.get_all_permissions()


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    ordering = ("last_name", "first_name", "pk")
    list_display = ("email", "first_name", "last_name", "date_joined", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "comes_for", "memberships__organisation__pole")
    search_fields = ("email", "first_name", "last_name")
    readonly_fields = (
        *("last_login", "date_joined", "terms_accepted_at", "welcomed_at", "closed_at"),
        "second_factor_asked_at",
    )
    autocomplete_fields = ("commune",)
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email",)}),
        (
            _("Person"),
            {
                "fields": (
                    "first_name",
                    "last_name",
                    "trade",
                    "phone",
                    "commune",
                    "language",
                    "reads",
                    "comes_for",
                )
            },
        ),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (
            _("Dates"),
            {
                "fields": (
                    "date_joined",
                    "last_login",
                    "terms_accepted_at",
                    "welcomed_at",
                    "closed_at",
                    "second_factor_asked_at",
                )
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "first_name",
                    "last_name",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Nobody chooses somebody's password but they: who knows it is them (docs/decisions/0081)."""
        raise PermissionDenied

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_no_higher(obj, request.user) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and administrators.is_the_last(obj):
            return False
        return _is_no_higher(obj, request.user) and super().has_delete_permission(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str] | tuple[str, ...]:
        """Only a superuser gives rights: nobody gives those that they don't have, to themselves either."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return (*fields, "is_staff", "is_superuser", "groups")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Save the person, or what was changed of them: others may have written the rest since the page was opened. A
        change of address is told to the address before, as when people change it themselves."""
        if not change:
            return super().save_model(request, obj, form, change)
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=columns & set(form.changed_data))
        if "email" in form.changed_data:
            addresses.set_by_hand(
                obj,
                before=form.initial["email"],
                session=request.session.session_key,
                now=timezone.now(),
            )


# Allauth's own pages would show the secrets of the codes and of the providers, search by a name that nobody has, and open
# anybody's account from an address typed there; Django's gives a group rights that whoever changes it doesn't have.
admin.site.unregister([Authenticator, UserSession, EmailAddress, Group])
admin.site.unregister([SocialApp, SocialToken, SocialAccount])


@admin.register(Group)
class RightsAdmin(GroupAdmin):
    """What the staff may do is said by who runs the site."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser


@admin.register(EmailAddress)
class AddressAdmin(ReadOnly, admin.ModelAdmin):
    """Who has shown which address to be theirs. The one that opens an account is changed on its own page."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email", "user__email")


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly, admin.ModelAdmin):
    """Second factors. One is deleted for somebody who has lost their phone and codes, once it is sure who asks; a
    letter tells them."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("data",)

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        allowed = admin.ModelAdmin.has_delete_permission(self, request, obj)
        return allowed and _is_no_higher(obj and obj.user, request.user)

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        super().delete_model(request, obj)
        letters.second_factor_changed(obj.user, change=TAKEN_AWAY)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        for authenticator in queryset.select_related("user"):
            self.delete_model(request, authenticator)


class PoleForm(forms.ModelForm):
    logo = LogoField(
        label=_("Logo"),
        required=False,
        help_text=_("It heads the agreements of the pôle’s missions."),
    )

    class Meta:
        model = Pole
        fields = ("name", "slug", "departments", "email", "logo", "currency", "currency_url")

    def clean_departments(self) -> QuerySet[Department]:
        """Raises ValidationError when a département belongs to another pôle already: nobody would know who is in
        charge there."""
        departments = self.cleaned_data["departments"]
        for other in Pole.objects.exclude(pk=self.instance.pk).filter(departments__in=departments):
            raise forms.ValidationError(
                _("“%(pole)s” already covers one of these départements.") % {"pole": other}
            )
        return departments


@admin.register(Pole)
class PoleAdmin(admin.ModelAdmin):
    form = PoleForm
    list_display = ("name", "email")
    search_fields = ("name",)
    filter_horizontal = ("departments",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Commune)
class CommuneAdmin(ReadOnly, admin.ModelAdmin):
    """The communes, which a command loads from INSEE's list: they can be looked up here, not changed."""

    list_display = ("name", "insee", "department", "population")
    list_select_related = ("department",)
    search_fields = ("search_name", "insee")


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Organisations. Their status can't be changed here: coordinators change it on the page that also tells people."""

    list_display = ("name", "kind", "status", "pole", "commune", "created_at")
    list_filter = ("pole", "kind", "status")
    list_select_related = ("pole", "commune")
    search_fields = ("name", "siren", "siret", "rna")
    autocomplete_fields = ("commune",)
    readonly_fields = ("status", "created_at", "logo")
    inlines = (MembershipInline, StepInline)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Organisation | None = None
    ) -> tuple[str, ...]:
        """The kind, level and pôle of an organisation give its people their rights: only who runs the site changes
        them."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (
            fields
            if obj is None or request.user.is_superuser
            else (*fields, "kind", "level", "pole")
        )


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, admin.ModelAdmin):
    """Invitations without their token, so that nobody who reads the admin can answer for the guest."""

    list_display = (
        "email",
        "organisation",
        "role",
        "sent_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_filter = ("organisation__pole", "role")
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")
    exclude = ("token",)


@admin.register(GroupTie)
class GroupTieAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("member", "head", "asked_at", "agreed_at", "ended_at", "ended_side")
    list_select_related = ("member", "head")
    search_fields = ("member__name", "head__name")


@admin.register(SocialAccount)
class SignInLinkAdmin(ReadOnly, admin.ModelAdmin):
    """Whose account is opened by the sign-in of an organisation. Its owner takes it away, on their profile."""

    list_display = ("user", "provider", "date_joined", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("uid", "extra_data")


@admin.register(SignIn)
class SignInAdmin(ReadOnly, admin.ModelAdmin):
    """The sign-ins of organisations, without what identifies the site to the provider."""

    list_display = ("organisation", "issuer", "tried_at", "opened_at", "required_at", "ended_at")
    list_filter = ("organisation__pole",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "issuer")
    exclude = ("app",)
