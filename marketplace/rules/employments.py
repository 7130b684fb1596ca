"""What an employer has confirmed of one of its people, and what is only declared. Computes only, without the database."""

from django.utils.translation import gettext as _

from marketplace.models import CompanyProgramme, Employee


def unconfirmed(programme: CompanyProgramme, employee: Employee) -> str:
    """Of a contract or an entry date that the programme's rules rest on, and that nobody has confirmed, a sentence; empty
    when there is none. It stops nothing: whoever answers knows what they rest on."""
    if employee.is_confirmed:
        return ""
    by_contract = bool(programme.open_to and employee.contract)
    by_date = bool(programme.seniority_months and employee.hired_on)
    if by_contract and by_date:
        return _("Contract and entry date: as declared, not yet confirmed by the employer.")
    if by_contract:
        return _("Contract: as declared, not yet confirmed by the employer.")
    if by_date:
        return _("Entry date: as declared, not yet confirmed by the employer.")
    return ""
