"""What stays of somebody after their account is closed: each column with its reason, and the line of the retention table that says
until when. What isn't here is deleted, emptied, or no longer names them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


EVERYBODYS, HOUSES, DESKS, STAFF = "", "house", "desk", "staff"


@dataclass(frozen=True)
class Kept:
    """`line` is the code of a line of the retention table. `columns` are “Model.column” of the marketplace, or with the name of
    their app before. `whose` says whom it may be about: everybody, those who speak for an organisation, coordinators, or whoever
    runs the site. `told` stands instead of the words of the line, with its length at %(span)s, where these speak of what is
    the reader’s own."""

    what: "StrOrPromise"
    why: "StrOrPromise"
    line: str
    columns: tuple[str, ...]
    whose: str = EVERYBODYS
    told: "StrOrPromise" = ""

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(
            one if one.count(".") == 2 else f"marketplace.{one}" for one in self.columns
        )


# With the name that they carry: the law, or what others have in hand, keeps them as they are.
NAMED: tuple[Kept, ...] = (
    Kept(
        _("Conventions, amendments, letters of engagement, orders, with their signatures"),
        _("They bind those who have signed them: a paper whose words change proves nothing."),
        "papers-missions",
        (
            "Document.facts", "Document.sha256", "Document.signed_sha256", "Signature.name", "Signature.capacity",
            "Signature.email", "Signature.sha256", "Seal.said",
        ),
    ),
    Kept(
        _("Certificates of hours and tax receipts"),
        _("The tax office may ask for them, and they are numbered one after the other."),
        "papers-receipts",
        ("Document.facts", "ReceiptRun.refused"),
    ),
    Kept(
        _("The link or the address by which a paper was signed"),
        _("It shows who signed."),
        "signing",
        (
            "SigningLink.name", "SigningLink.capacity", "SigningLink.email",
            "SigningAddress.name", "SigningAddress.capacity", "SigningAddress.email",
        ),
        whose=HOUSES,
    ),
    Kept(
        _("The yes of an employer, with the name of whoever gave it"),
        _("A loan of staff rests on it."),
        "mission-words",
        ("Agreement.name", "Agreement.email", "Agreement.answered_name", "Agreement.reason"),
        whose=HOUSES,
    ),
    Kept(
        _("Each yes that you gave"),
        _("As proof of what was agreed to."),
        "consents",
        ("Consent.words",),
    ),
    Kept(
        _("The journal of what was taken out of the site and of who wrote to several"),
        _("Nobody can change it: it answers whoever asks who had what in hand."),
        "journal",
        ("JournalEntry.kind", "JournalEntry.words", "JournalEntry.why"),
    ),
    Kept(
        _("The name of an organisation that bears yours"),
        _("It is the organisation’s, as the public registers know it."),
        "organisation",
        ("accounts.Organisation.name",),
        whose=HOUSES,
    ),
    Kept(
        _("A report that a pôle has published"),
        _("It has been given to others as it is."),
        "settings",
        ("ReportVersion.kept", "Dispatched.rule"),
        whose=DESKS,
    ),
    Kept(
        _("Who publishes the site, and how a pôle or an operator is reached"),
        _("The law asks that they are named; whoever comes after them writes their own."),
        "settings",
        (
            "LegalNotice.publisher", "LegalNotice.director", "LegalNotice.data_contact", "LegalNotice.host_name",
            "LegalNotice.host_address", "LegalNotice.host_phone", "accounts.Pole.email", "accounts.Seat.email",
        ),
        whose=DESKS,
    ),
)  # fmt: skip

# What they wrote for others, signed “Closed account”.
UNNAMED: tuple[Kept, ...] = (
    Kept(
        _("Your messages, with what they said before you changed them, and the names of your files"),
        _("They are the others’ history too."),
        "conversations",
        (
            "Message.text", "Message.search_text", "Message.about", "Message.about_label", "Message.removal_reason",
            "MessageVersion.text", "StoredFile.original_name", "StoredFile.content_type",
            "StoredFile.name", "StoredFile.sha256",
        ),
    ),
    Kept(
        _("The words with which you proposed, asked, answered or said no"),
        _("Others have agreed on them."),
        "answers",
        (
            "Proposal.word", "AskedInTurn.word", "AskedPole.word", "Carrier.word", "Joining.word", "Objection.word",
            "Visit.where", "Visit.word", "ConsentRequest.words", "ConsentRequest.reason",
        ),
    ),
    Kept(
        _("What you wrote in an organisation’s offers, the needs, rounds and gatherings that you wrote, the reasons of what you moved on"),
        _("Proposals and missions came of them; needs and rounds are your organisation’s."),
        "needs",
        (
            "Offer.title", "Offer.about", "Offer.second_title", "Offer.second_text", "Offer.search_text", "Offer.search_name", "Need.title", "Need.context", "Need.deliverable",
            "Need.questions", "Need.deduced", "Need.second_title", "Need.second_text", "Need.search_text",
            "Need.search_name", "SkillProposal.text", "Round.title", "Round.about",
            *(
                f"{noun}Step.{column}"
                for noun in (
                    "Need", "Offer", "Proposal", "Round", "Waiter", "Carrier", "Joining", "AskedInTurn", "AskedPole", "Visit",
                )
                for column in ("before", "after", "reason")
            ),
        ),
    ),
    Kept(
        _("The missions that you did, what you wrote of them, their sheet and who moved them on"),
        _("They are the others’ history too, and papers rest on them."),
        "missions",
        (
            "MissionSheet.aim", "MissionSheet.work", "MissionSheet.deliverables", "MissionSheet.schedule",
            "MissionSheet.address", "MissionSheet.material", "MissionSheet.confidentiality", "MissionSheet.expenses",
            "MissionSheet.currency", "MissionSheet.counterparts", "SheetVersion.data", "Milestone.label",
            "Deliverable.title", "Deliverable.link", "Amendment.values", "Amendment.changes", "Amendment.why",
            "Served.capacity", "Telling.needed", "Telling.done", "Telling.changed", "Telling.alt", "Departure.before",
            "Valuation.bases", "Valuation.figures", "Valuation.shares", "Valuation.confirmed_words",
            *(
                f"{noun}Step.{column}"
                for noun in ("Mission", "Team", "Amendment", "Document")
                for column in ("before", "after", "reason")
            ),
        ),
    ),
    Kept(
        _("Your hours, your reviews and your answers to the follow-up"),
        _("The papers of a mission rest on them."),
        "mission-words",
        (
            "HoursEntry.what", "HoursEntry.contested_why", "Review.words", "Review.learnt", "Review.other_factors",
            "ReviewFactor.code", "FollowUp.words", "Transfer.word", "Transfer.reason",
        ),
    ),
    Kept(
        _("What an hour of somebody costs their employer, where you entered it"),
        _("The value of the gift is reckoned from it; it is encrypted."),
        "costs",
        ("HourCost.sealed", "AverageCost.sealed"),
        whose=HOUSES,
    ),
    Kept(
        _("Who came to a gathering, and what you wrote of it"),
        _("To count how many came."),
        "gatherings",
        (
            "Gathering.title", "Gathering.about", "Gathering.address", "Gathering.link", "Gathering.second_title",
            "Gathering.second_text", "Gathering.search_text", "Gathering.search_name", "Minutes.text",
            *(f"{noun}Step.{column}" for noun in ("Gathering", "Attendance") for column in ("before", "after", "reason")),
        ),
    ),
    Kept(
        _("What you did for an organisation that goes on: its links, domains and moves"),
        _("They are the organisation’s."),
        "organisation",
        (
            "Employee.position", "Employee.team", "Employee.correction", "Employee.manager_name", "Employee.manager_email",
            "CompanyProgramme.name", "CompanyProgramme.about", "CompanyProgramme.contracts", "Duty.capacity",
            "accounts.JoinLink.label", "accounts.MailDomain.domain", "accounts.MailDomain.mailbox",
            "accounts.MailDomain.refused_reason", "accounts.SignIn.issuer", "accounts.SignIn.fault",
            "Eligibility.reference", "Eligibility.note", "Eligibility.legal_form",
            *(
                f"accounts.{noun}Step.{column}"
                for noun in ("Organisation", "Seat")
                for column in ("before", "after", "reason")
            ),
        ),
        whose=HOUSES,
    ),
    Kept(
        _("That you were of an organisation: a fingerprint of your address, without your name"),
        _("For those who answer for its people."),
        "past-members",
        ("accounts.PastMembership.mailbox",),
    ),
    Kept(
        _("What you wrote as a coordinator: notes about others, cases, tasks, what you brought in"),
        _("Those who come after you follow the same people."),
        "coordination",
        (
            "Note.body", "Tag.words", "Task.what", "CaseEntry.words", "HandOver.note", "ThreadNote.text",
            "MessageReport.words", "MessageReport.text", "Block.reason", "Qualification.scope_words",
            "Qualification.transfer_words", "Qualification.team_words", "Qualification.urgency_words",
            "Qualification.met_words", "Behalf.text", "Behalf.person", "Behalf.email", "Behalf.phone",
        ),
        whose=DESKS,
    ),
    Kept(
        _("What you brought in, as a coordinator, about others"),
        _("It is about them, and goes when they say so."),
        "records",
        tuple(
            f"{noun}Record.{column}"
            for noun, columns in (
                ("Organisation", "number name near siren siret rna address website search_text search_name"),
                ("Person", "number first_name last_name near email phone trade search_text search_name"),
                ("Mission", "number title"), ("Need", "number title text search_text search_name"),
                ("Offer", "number text search_text search_name"),
            )
            for column in columns.split()
        ),
        whose=DESKS,
    ),
    Kept(
        _("Lists that you sent for an organisation or a pôle, and what you did to many rows at once"),
        _("To show what was read in them, and to take it back."),
        "lists",
        (
            "Import.name", "Import.columns", "Import.unused", "Import.sheet", "Import.other_sheets", "Import.problem",
            "Import.mapped", "Import.sampled", "BulkAct.listed", "BulkAct.query", "BulkAct.words",
        ),
        whose=HOUSES,
    ),
    Kept(
        _("Letters to several that you wrote for a pôle"),
        _("They are the pôle’s."),
        "mailings",
        ("Mailing.code", "Mailing.query", "Mailing.subject", "Mailing.text"),
        whose=DESKS,
    ),
    Kept(
        _("Models of letters, reports and settings of a pôle that you wrote"),
        _("They are the pôle’s."),
        "settings",
        (
            "LetterModel.name", "LetterModel.subject",
            "LetterModel.text", "DispatchRule.departments", "DispatchRule.families", "DispatchRule.formats",
            "DispatchRule.times", "DispatchRule.doors", "Finding.code", "Finding.title", "Finding.evidence",
            "Finding.actors", "Finding.action", "Report.targets", "Report.facts", "ReportChapter.title",
            "ReportChapter.above", "ReportChapter.below", "ReportChapter.left_out", "ReportPartner.name",
            "ReportPartner.role",
            *(f"FindingStep.{column}" for column in ("before", "after", "reason")),
        ),
        whose=DESKS,
    ),
    Kept(
        _("What you changed in the administration of the site"),
        _("To know who changed what."),
        "staff-log",
        ("admin.LogEntry.object_id", "admin.LogEntry.object_repr", "admin.LogEntry.change_message"),
        whose=STAFF,
    ),
    Kept(
        _("Letters that the site sent to others about what you did"),
        _("They are theirs; your name is no longer in what the site keeps of them."),
        "letters",
        tuple(f"notifications.Notification.{name}" for name in ("subject", "topic", "text", "html")),
        told=_("their words go after %(span)s. Their subject and their day stay, until those who received them close their accounts."),
    ),
    Kept(
        _("Invitations that you sent"),
        _("They are about those who were invited."),
        "invitations",
        ("accounts.Invitation.email", "accounts.Invitation.first_name", "accounts.Invitation.last_name"),
        whose=HOUSES,
    ),
)  # fmt: skip


def columns(kept: tuple[Kept, ...]) -> frozenset[str]:
    return frozenset().union(*(one.labels for one in kept))
