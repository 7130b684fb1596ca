"""What somebody may do in an organisation: oversee, run programmes, see costs, declare receipts."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership, Organisation, User
from marketplace.models import CompanyProgramme, Duty, Offer, Time
from marketplace.rules.duties import charged_with, is_charged_with
from marketplace.states import OfferStatus


def speaks_out_for(user: User, organisation: Organisation) -> bool:
    """Whether this person decides for the whole organisation whom it works with: whoever represents a structure; in one that
    lends its people, those who oversee what they do."""
    if organisation.may_ask and not _lends(organisation):
        return user.speaks_for(organisation)
    return oversees(user, organisation)


def _lends(organisation: Organisation) -> bool:
    """Whether it has ever offered the working time of its people."""
    at_work = organisation.offers.filter(time=Time.WORK)
    return at_work.exclude(status=OfferStatus.DRAFT).exists()


def oversees(user: User, company: Organisation | None) -> bool:
    """Whether this person answers for what the company's people do on its time."""
    return company is not None and company.is_active and can_see_work_of(user, company)


CHARGED = Q(role=Membership.Role.ADMINISTRATOR) | Q(duties__kind__in=Duty.OVERSEES)


def can_see_work_of(user: User, company: Organisation) -> bool:
    """Whether this person sees what the company's people do on its time, even while the company is suspended."""
    return user.heads(company) or is_charged_with(user, company, *Duty.OVERSEES)


def houses_run_by(user: User, memberships: Iterable[Membership]) -> list[Organisation]:
    """The organisations of these memberships of theirs whose people this person sees (`can_see_people`), where people are
    lent or a programme is written. None that is suspended."""
    houses = {row.organisation_id: row.organisation for row in memberships}
    seen = [pk for pk, one in houses.items() if one.is_active and can_see_people(user, one)]
    if not seen:
        return []
    lent = Offer.objects.filter(organisation=OuterRef("pk"), time=Time.WORK)
    written = CompanyProgramme.objects.filter(organisation=OuterRef("pk"))
    lent = lent.exclude(status=OfferStatus.DRAFT)
    run = Organisation.objects.filter(Exists(lent) | Exists(written), pk__in=seen).order_by()
    found = set(run.values_list("pk", flat=True))
    return [house for pk, house in houses.items() if pk in found]


def can_see_people(user: User, organisation: Organisation) -> bool:
    """Whether this person reads the list of all its people, with what they offer and do on its time: those who answer
    for it, where people are lent."""
    return organisation.may_offer and can_see_work_of(user, organisation)


def is_in_charge_at(user: User, company: Organisation | None) -> bool:
    """Whether this person is charged with skills sponsorship there; where nobody is, the administrators are."""
    return company is not None and company.is_active and can_see_programme_of(user, company)


def can_see_programme_of(user: User, company: Organisation) -> bool:
    """Whether this person reads what those in charge of skills sponsorship read, even while the company is
    suspended."""
    return has_duty(user, company, Duty.Kind.CSR, Duty.Kind.PROGRAMME)


def has_duty(user: User, organisation: Organisation, *kinds: str) -> bool:
    """Whether this person has one of these duties there; where nobody has any of them, whether they are an
    administrator. The organisation may be suspended."""
    if user.is_stranger_to(organisation):
        return False
    if charged_with(user, organisation, *kinds):
        return is_charged_with(user, organisation, *kinds)
    return user.heads(organisation)


def can_unname(user: User, organisation: Organisation) -> bool:
    """Whether this person may take back, for the organisation, what its people agreed to in its name."""
    return user.administers(organisation)


def can_see_organisation_year(user: User, organisation: Organisation) -> bool:
    """True for a structure's representatives; of a company, for those who oversee what its people do at work."""
    if organisation.may_ask:
        return user.represents(organisation)
    return organisation.may_offer and can_see_work_of(user, organisation)


def can_see_gifts_of(user: User, company: Organisation) -> bool:
    """Whether this person reads the estimate of the company's tax reduction: those in charge of skills sponsorship,
    and human resources."""
    return can_see_programme_of(user, company) or can_see_costs(user, company)


def can_see_values_of(user: User, company: Organisation) -> bool:
    """Whether this person reads all values that the company has declared: those of its people's missions who oversee
    them and speak for it (`told_to`)."""
    return company.may_deduct_gifts and user.represents(company) and can_see_work_of(user, company)


def can_see_statement_of(user: User, company: Organisation) -> bool:
    """Whether this person reads the list of the receipts that were given to it."""
    return company.may_deduct_gifts and can_see_programme_of(user, company)


def can_see_receipts_given_to(user: User, company: Organisation) -> bool:
    """Whether this person reads the sum of the receipts of its year: who reads its values, or that list."""
    return can_see_values_of(user, company) or can_see_statement_of(user, company)


def can_read_journal(user: User, organisation: Organisation) -> bool:
    """Whether this person reads who has taken its people's data out: its administrators, even while it is suspended."""
    return organisation.may_offer and user.heads(organisation)


def manages_at(user: User, company: Organisation) -> bool:
    """Whether this person has the duty of managing a team there: they may answer from their account for employees
    who name them, and see nothing of their own time."""
    return company.is_active and is_charged_with(user, company, Duty.Kind.MANAGER)


def can_see_costs(user: User, company: Organisation | None) -> bool:
    """True for human resources alone, whoever else administers the company."""
    if company is None or not company.is_active:
        return False
    return is_charged_with(user, company, Duty.Kind.HR)


def can_give_duties(user: User, organisation: Organisation) -> bool:
    return user.administers(organisation)


def can_run_programmes(user: User, company: Organisation) -> bool:
    return company.may_offer and (user.administers(company) or is_in_charge_at(user, company))


def can_place_people(user: User, company: Organisation) -> bool:
    """Whether this person says in which team and at which site its people work: those who run programmes, and human
    resources."""
    return company.may_offer and (can_run_programmes(user, company) or can_see_costs(user, company))


def can_confirm_employment(user: User, company: Organisation) -> bool:
    """Whether this person confirms the contract and the entry date of its people: human resources; where nobody is, those
    who say where its people work."""
    if not company.may_offer or not company.is_active:
        return False
    if charged_with(user, company, Duty.Kind.HR):
        return can_see_costs(user, company)
    return can_place_people(user, company)


def can_ask_for_a_correction(user: User, company: Organisation) -> bool:
    """Whether this person reads what the organisation keeps of them as one of its people, and may say what isn't right."""
    return company.may_offer and user.works_for(company)


def can_declare_eligibility(user: User, organisation: Organisation) -> bool:
    return organisation.may_give_receipts and user.administers(organisation)


def can_verify_eligibility(user: User, organisation: Organisation) -> bool:
    """True for a coordinator of the structure's pôle who isn't a member of it, so that two different people look at
    it."""
    return (
        organisation.may_give_receipts
        and user.coordinates(organisation.pole)
        and not user.belongs_to(organisation)
    )


def can_see_eligibility(user: User, organisation: Organisation) -> bool:
    return organisation.may_give_receipts and (
        user.represents(organisation) or user.coordinates(organisation.pole)
    )


def can_leave_platform(user: User, organisation: Organisation) -> bool:
    """True for its administrators, also while it is suspended: nobody has to stay. An operator leaves by its seats."""
    return not (organisation.may_coordinate or organisation.is_closed) and can_take_papers(
        user, organisation
    )


def can_copy_data_of(user: User, organisation: Organisation) -> bool:
    """True for its administrators of today, also while it is suspended; no more once it has left, when its papers alone are
    kept."""
    return not organisation.is_closed and can_take_papers(user, organisation)


def can_take_papers(user: User, organisation: Organisation) -> bool:
    """True for its administrators, also while it is suspended; once it has left, `Leaving.objects.kept_for` says for whom."""
    return user.heads(organisation)
