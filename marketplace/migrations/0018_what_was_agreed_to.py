"""No consent is invented: words that may be quoted were agreed to; whoever published, applied or signed
themselves has acted; everybody else whose name stands in an offer is asked, and until then it is paused."""

from django.db import migrations

QUOTE = {
    "fr": "vous pouvez citer mes mots publiquement. Avec le prénom et l’organisation. Vous pouvez changer d’avis.",
    "en": "you may quote my words publicly. With the first name and the organisation. You can change your mind.",
}
OFFER = {
    "fr": "J’accepte que mon entreprise me propose avec cette offre, telle qu’elle est. Je dis oui moi-même à chaque mission.",
    "en": "I agree to be put forward by my company with this offer, as it stands. I say yes myself to each mission.",
}
PAUSED = "La personne nommée est d’abord interrogée."
SHOWN = ["PUBLISHED", "PAUSED", "USED_UP"]


def quotes(apps):
    consent = apps.get_model("marketplace", "Consent")
    for review in apps.get_model("marketplace", "Review").objects.filter(may_quote=True).select_related("author"):
        language = review.author.language
        consent.objects.get_or_create(
            person_id=review.author_id, kind="QUOTE", about=review.pk, ended_at=None,
            defaults={"words": QUOTE[language], "language": language, "how": "ACCOUNT",
                      "given_at": review.created_at},
        )  # fmt: skip


def acted(apps, person, kind, about, at):
    apps.get_model("marketplace", "Consent").objects.get_or_create(
        person=person, kind=kind, about=about, ended_at=None,
        defaults={"words": "", "language": person.language, "how": "ACTED", "given_at": at},
    )  # fmt: skip


def named(apps):
    offers = apps.get_model("marketplace", "Offer").objects
    named = offers.filter(time="WORK", person__isnull=False, organisation__isnull=False)
    return named.filter(status__in=SHOWN).select_related("person")


def offers_and_missions(apps):
    signature = apps.get_model("marketplace", "Signature").objects
    for offer in named(apps):
        person, moments = offer.person, []
        published = offer.steps.filter(after="PUBLISHED", by=person).order_by("at").last()
        moments += [published.at] if published else []
        for proposal in offer.proposals.exclude(offer_said_yes_at=None):
            signed = signature.filter(document__mission__proposal=proposal, user=person)
            first = signed.order_by("at").first()
            applied = proposal.origin == "APPLICATION" and proposal.created_by_id == person.pk
            at = proposal.created_at if applied else first.at if first else None
            if at:
                moments.append(at)
                acted(apps, person, "MISSION", proposal.pk, at)
        if moments:
            acted(apps, person, "OFFER", offer.pk, min(moments))


def ask_the_others(apps):
    consents = apps.get_model("marketplace", "Consent").objects.filter(kind="OFFER", ended_at=None)
    request = apps.get_model("marketplace", "ConsentRequest").objects
    step = apps.get_model("marketplace", "OfferStep").objects
    for offer in named(apps).filter(status="PUBLISHED"):
        if consents.filter(person=offer.person, about=offer.pk).exists():
            continue
        type(offer).objects.filter(pk=offer.pk).update(status="PAUSED")
        step.create(offer=offer, before="PUBLISHED", after="PAUSED", by=None, reason=PAUSED)
        belongs = offer.person.memberships.filter(organisation=offer.organisation_id).exists()
        if offer.person.is_active and belongs:
            request.create(
                person=offer.person, kind="OFFER", about=offer.pk, asked_by_id=offer.created_by_id,
                words=OFFER[offer.person.language], language=offer.person.language,
            )  # fmt: skip


def fill(apps, schema_editor):
    quotes(apps)
    offers_and_missions(apps)
    ask_the_others(apps)


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0017_own_yes"), ("accounts", "0002_from_day_to_day")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
