"""A structure, a company and their people, put beside a running site: told to `manage.py shell`."""

SETUP = """
from tests.factories import *
from tests.people_in_browsers import PASSWORD
from accounts.models import Membership, Pole
from marketplace.models import Duty, Eligibility

def person(first, last, key):
    return verify(make_user(first_name=first, last_name=last, email=f"{{key}}-{mark}@example.org", password=PASSWORD))

# A territory of their own: other stories on the same site bring their pôle to theirs.
pole = Pole.objects.filter(name="Pôle des cadres").first() or make_pole("Pôle des cadres", ("80",))
head = person("Inès", "Marchal", "ines")
boss = person("Paul", "Delattre", "paul")
worker = person("Noé", "Lambert", "noe")
coordinator = person("Solène", "Caron", "solene")
structure = make_organisation(pole=pole, name="Les Ateliers {mark}", administrator=head, address="12 rue des Postes",
    rna="W59{number:07d}", legal_form="{structure_form}", listed_from=timezone.localdate())
make_organisation("OPERATOR", pole=pole, name="Les Passeurs {mark}", member=coordinator)
need = make_need(structure, title="Refaire le site {mark}", created_by=head, coordinator=coordinator)
company = None
if {work}:
    company = make_organisation("ESS" if "{company_form}" == "ASSOCIATION" else "COMPANY", pole=pole, name="Fonderie {mark}", administrator=boss, legal_form="{company_form}",
        siren="9{number:08d}", address="3 quai du Wault", listed_from=timezone.localdate())
    Membership.objects.create(user=worker, organisation=company, role="EMPLOYEE")
if {receipt}:
    Eligibility.objects.create(organisation=structure, status="RESCRIT", category="GENERAL_INTEREST",
        declared_by=head, verified_by=coordinator, verified_at=timezone.now())
offer = make_offer(worker, organisation=company, pole=pole)
print("proposal {mark}", make_proposal(need, offer).pk)
"""
