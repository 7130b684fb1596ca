"""Missions that serve several structures: a need led by one, carried with others that have agreed."""

from django.utils import timezone

from accounts.models import Organisation
from marketplace.models import Carrier, Eligibility
from marketplace.states import CarrierStatus, MissionStatus
from tests.factories import make_mission, make_need, make_organisation, make_user, number

Form = Organisation.LegalForm


def make_carrier(need, structure, *, referent=None):
    """Its yes is given already: how it is asked is another story."""
    who = referent or structure.members.first()
    return Carrier.objects.create(
        need=need, organisation=structure, referent=who, invited_by=need.created_by,
        agreed_at=timezone.now(), status=CarrierStatus.AGREED,
    ).begin(by=who)  # fmt: skip


def structure_of(name, *, form=Form.ASSOCIATION, gives=True, **fields):
    """An accepted structure with an administrator; `gives`: whether it may give receipts, None where nobody has said."""
    head = make_user(first_name=name, last_name="Présidente")
    fields = {"address": f"1 rue {name}", "siren": f"{910_000_000 + next(number)}"} | fields
    made = make_organisation(name=name, administrator=head, legal_form=form, **fields)
    if gives is not None:
        say_receipts(made, gives)
    return made


def say_receipts(structure, gives):
    head, coordinator = structure.members.first(), make_user()
    Eligibility.objects.create(
        organisation=structure, status="RESCRIT" if gives else "NOT_ELIGIBLE",
        category="GENERAL_INTEREST" if gives else "", legal_form=structure.legal_form,
        declared_by=head, verified_by=coordinator, verified_at=timezone.now(),
    )  # fmt: skip


def head_of(structure):
    return structure.members.order_by("pk").first()


def joint_need(lead, *others, **fields):
    need = make_need(lead, created_by=head_of(lead), ranked=False, **fields)
    for one in others:
        make_carrier(need, one)
    return need


def joint_mission(*others, lead=None, status=MissionStatus.FRAMING, **fields):
    """A mission that serves a lead and these structures."""
    lead = lead or structure_of("Bottines")
    return make_mission(need=joint_need(lead, *others), status=status, **fields)
