"""The records of a pôle, brought in from its spreadsheets, as its coordinators find them: by their names, their legal numbers
and those of the pôle's own."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.finding.asked import Asked
from marketplace.finding.kind import Kind, Reader
from marketplace.finding.marks import Way
from marketplace.models import NeedRecord, OfferRecord, OrganisationRecord, PersonRecord


def _own_number(asked: Asked) -> Q:
    """As the pôle writes it: it may hold letters."""
    return Q(number=asked.text) & ~Q(number="")


def _exact_organisation(asked: Asked, reader: Reader) -> Q:
    number = asked.registered
    legal = Q(siren=number) | Q(siret=number) | Q(rna=number) if number else Q()
    return _own_number(asked) | legal


def _exact_person(asked: Asked, reader: Reader) -> Q:
    return _own_number(asked) | (Q(email=asked.email) if asked.email else Q())


def _said(*words: object) -> str:
    return " · ".join(str(word) for word in words if word)


RECORDS = (
    Kind(
        "organisation-records", OrganisationRecord, _("Records of organisations"), "file-earmark-text",
        lambda reader: OrganisationRecord.objects.visible_to(reader.user),
        lambda reader: [Way("pk", OrganisationRecord, is_own=True)], _exact_organisation,
        lambda rows: rows.select_related("commune"), str,
        lambda row, reader: _said(row.number, row.get_kind_display(), row.commune),
        for_coordinators=True, once=True,
    ),
    Kind(
        "people-records", PersonRecord, _("Records of people"), "file-earmark-text",
        lambda reader: PersonRecord.objects.visible_to(reader.user),
        lambda reader: [Way("pk", PersonRecord, is_own=True)], _exact_person,
        lambda rows: rows.select_related("structure"), str,
        lambda row, reader: _said(row.number, row.trade, row.structure),
        for_coordinators=True, once=True,
    ),
    Kind(
        "need-records", NeedRecord, _("Records of needs"), "file-earmark-text",
        lambda reader: NeedRecord.objects.visible_to(reader.user),
        lambda reader: [Way("pk", NeedRecord, is_own=True), Way("structure", OrganisationRecord)],
        lambda asked, reader: _own_number(asked), lambda rows: rows.select_related("structure"), str,
        lambda row, reader: _said(row.number, row.structure),
        for_coordinators=True, once=True,
    ),
    Kind(
        "offer-records", OfferRecord, _("Records of offers"), "file-earmark-text",
        lambda reader: OfferRecord.objects.visible_to(reader.user),
        lambda reader: [Way("pk", OfferRecord, is_own=True), Way("person", PersonRecord)],
        lambda asked, reader: _own_number(asked), lambda rows: rows.select_related("person"), str,
        lambda row, reader: _said(row.number, row.person),
        for_coordinators=True, once=True,
    ),
)  # fmt: skip
