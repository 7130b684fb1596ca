"""What somebody may do in an organisation: oversee, run programmes, see costs, declare receipts."""

from django.db.models import Q

from accounts.models import Membership, Organisation, User
from marketplace.models import (
    Duty,
)


def speaks_out_for(user: User, organisation: Organisation) -> bool:
    """Says for all of an organisation whom it works with: any of a structure's people; of a company's,
    those who oversee what its people do."""
    if organisation.kind == organisation.Kind.COMPANY:
        return oversees(user, organisation)
    return user.speaks_for(organisation)


def oversees(user: User, company: Organisation | None) -> bool:
    """Answers for what each of the company's people does on its time."""
    return company is not None and company.is_active and can_see_work_of(user, company)


def can_see_work_of(user: User, company: Organisation) -> bool:
    """Sees what each of the company's people does on its time, be it suspended."""
    charged = Q(role=Membership.Role.ADMINISTRATOR) | Q(duties__kind__in=Duty.OVERSEES)
    return user.is_active and user.memberships.filter(charged, organisation=company).exists()


def is_in_charge_at(user: User, company: Organisation | None) -> bool:
    """Charged with skills sponsorship there; where nobody is, its administrators."""
    return company is not None and company.is_active and can_see_programme_of(user, company)


def can_see_programme_of(user: User, company: Organisation) -> bool:
    """What those in charge of skills sponsorship read, be the company suspended."""
    return has_duty(user, company, Duty.Kind.CSR, Duty.Kind.PROGRAMME)


def has_duty(user: User, organisation: Organisation, *kinds: str) -> bool:
    """Charged with one of these there; where nobody is, its administrators. Asks nothing of the
    organisation's own state."""
    charged = Duty.objects.filter(membership__organisation=organisation, kind__in=kinds)
    if charged.exists():
        return user.is_active and charged.filter(membership__user=user).exists()
    administered = user.memberships.administrators().filter(organisation=organisation)
    return user.is_active and administered.exists()


def can_see_organisation_year(user: User, organisation: Organisation) -> bool:
    """A structure's people see its year; a company's, those who oversee what its people do at work."""
    if organisation.kind == Organisation.Kind.ESS:
        return user.belongs_to(organisation)
    return organisation.kind == Organisation.Kind.COMPANY and can_see_work_of(user, organisation)


def manages_at(user: User, company: Organisation) -> bool:
    """Answers, from their account too, for those who name them; sees nothing of own time."""
    return Duty.objects.acting_for(user, company).filter(kind=Duty.Kind.MANAGER).exists()


def can_see_costs(user: User, company: Organisation | None) -> bool:
    """What an hour costs is for human resources alone, whoever else administers the company."""
    if company is None:
        return False
    return Duty.objects.acting_for(user, company).filter(kind=Duty.Kind.HR).exists()


def can_give_duties(user: User, organisation: Organisation) -> bool:
    return user.administers(organisation)


def can_run_programmes(user: User, company: Organisation) -> bool:
    return company.kind == company.Kind.COMPANY and (
        user.administers(company) or is_in_charge_at(user, company)
    )


def can_declare_eligibility(user: User, organisation: Organisation) -> bool:
    return organisation.kind == organisation.Kind.ESS and user.administers(organisation)


def can_verify_eligibility(user: User, organisation: Organisation) -> bool:
    """A coordinator of its pôle who isn't of the structure: two people look at it, not one."""
    return (
        organisation.kind == organisation.Kind.ESS
        and user.coordinates(organisation.pole)
        and not user.belongs_to(organisation)
    )


def can_see_eligibility(user: User, organisation: Organisation) -> bool:
    return organisation.kind == organisation.Kind.ESS and (
        user.belongs_to(organisation) or user.coordinates(organisation.pole)
    )
