"""From three answers to a regime; an impossible combination is answered in a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.law import parameters, words

OWN, COMPANY, PUBLIC = "OWN", "COMPANY", "PUBLIC"
EMPLOYER, STRUCTURE = "EMPLOYER", "STRUCTURE"
YES, NO, UNKNOWN = "YES", "NO", "UNKNOWN"

ONLY_PUBLIC_EMPLOYERS = gettext_lazy(
    "Only a public employer may make a public agent available, and this one isn't registered as a local authority or public body. If it is one, ask the coordinators to correct its legal form."
)


class NoRegime(Exception):
    """These answers lead nowhere; str() says why and what is possible instead."""


def found(
    whose: str,
    directs: str,
    receipt: str,
    *,
    public_employer: bool = False,
    large_lender: bool = False,
    small_user: bool = False,
) -> str:
    """The name of the regime. `large_lender` and `small_user` are L. 8241-3's two conditions."""
    if whose == OWN:
        return "VOLUNTEERING"
    if whose == PUBLIC:
        if not public_employer:
            raise NoRegime(str(ONLY_PUBLIC_EMPLOYERS))
        if receipt == NO:
            raise NoRegime(
                _(
                    "A public agent may only be made available to a body of general interest: here, only volunteering on one's own time is possible."
                )
            )
        return "PUBLIC_AGENT"
    if receipt != NO:
        return "PRESTATION" if directs == EMPLOYER else "LOAN"
    if directs == EMPLOYER:
        raise NoRegime(
            _(
                "A piece of work given to a structure that may not give tax receipts isn't skills sponsorship: only the free loan of an employee is, under conditions."
            )
        )
    if not (large_lender and small_user):
        raise NoRegime(
            _(
                "To a structure that may not give tax receipts, an employee may be lent for free only by a company (or its group) of %(loan_lender_employees)s employees or more, and only if the structure is under %(loan_user_age)s years old or has fewer than %(loan_user_employees)s employees. Otherwise, volunteering on one's own time remains possible."
            )
            % words.numbers(parameters.LATEST)
        )
    return "NOT_ELIGIBLE"
