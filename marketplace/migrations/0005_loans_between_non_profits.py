"""The sixth legal frame: what a loan bills, and to which share of its cost the coordination has agreed. Going back, such
a loan becomes the nearest frame that there was: a loan without a receipt."""

import django.core.validators
from django.conf import settings
from django.db import migrations, models


def be_loans_without_a_receipt(apps, schema_editor):
    for name in ("Mission", "RegimeChoice"):
        rows = apps.get_model("marketplace", name).objects
        rows.filter(regime="NON_PROFIT_LOAN").update(regime="NOT_ELIGIBLE")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_groups"),
        ("marketplace", "0004_authorities"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mission",
            name="mission_regime_known",
        ),
        migrations.AddField(
            model_name="missionsheet",
            name="billed_share",
            field=models.PositiveSmallIntegerField(
                default=100,
                db_default=100,
                help_text="100: what the person costs the employer, which is the rule. Less asks a coordinator’s yes.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="share of the cost that is billed, in %",
            ),
        ),
        migrations.AddField(
            model_name="missionsheet",
            name="least_share",
            field=models.PositiveSmallIntegerField(
                default=100,
                db_default=100,
                help_text="The least share to which the coordination has said yes.",
            ),
        ),
        migrations.AddField(
            model_name="missionsheet",
            name="refused_share",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="The greatest share to which it has said no.", null=True
            ),
        ),
        migrations.AddField(
            model_name="missionsheet",
            name="share_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CONVENTION_SERVICE", "sponsorship agreement"),
                    ("CONVENTION_LOAN", "agreement to lend an employee"),
                    ("AMENDMENT", "amendment to the work contract"),
                    ("MISSION_LETTER", "letter of engagement"),
                    ("CONVENTION_AGENT", "agreement to make a public agent available"),
                    ("ORDER_AGENT", "draft order of the authority"),
                    ("CONVENTION_PLAIN", "agreement to lend, without tax receipt"),
                    ("CONVENTION_NON_PROFIT", "agreement to lend between non-profits"),
                    ("CONVENTION_CHANGE", "amendment to the agreement"),
                    ("CONTRACT_CHANGE", "change to the amendment of the work contract"),
                    ("LETTER_CHANGE", "amendment to the letter of engagement"),
                    ("ORDER_CHANGE", "draft amending order"),
                    ("VOLUNTEER_CERTIFICATE", "volunteer’s certificate"),
                    ("PASSPORT", "volunteer passport sheet"),
                    ("HOURS_CERTIFICATE", "certificate of hours"),
                    ("RECEIPT", "tax receipt"),
                    ("STRUCTURE_STATEMENT", "yearly statement of receipts"),
                    ("COMPANY_STATEMENT", "yearly list of gifts"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="mission",
            name="regime",
            field=models.CharField(
                blank=True,
                choices=[
                    ("PRESTATION", "skills sponsorship: the company does a piece of work"),
                    ("LOAN", "skills sponsorship: the company lends an employee"),
                    ("VOLUNTEERING", "skills volunteering, on one's own time"),
                    ("PUBLIC_AGENT", "a public agent made available"),
                    ("NOT_ELIGIBLE", "free loan of an employee, without a tax receipt"),
                    ("NON_PROFIT_LOAN", "loan of an employee between non-profits"),
                ],
                max_length=20,
                verbose_name="legal frame",
            ),
        ),
        migrations.AlterField(
            model_name="regimechoice",
            name="regime",
            field=models.CharField(
                choices=[
                    ("PRESTATION", "skills sponsorship: the company does a piece of work"),
                    ("LOAN", "skills sponsorship: the company lends an employee"),
                    ("VOLUNTEERING", "skills volunteering, on one's own time"),
                    ("PUBLIC_AGENT", "a public agent made available"),
                    ("NOT_ELIGIBLE", "free loan of an employee, without a tax receipt"),
                    ("NON_PROFIT_LOAN", "loan of an employee between non-profits"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="regimechoice",
            name="whose",
            field=models.CharField(
                choices=[
                    ("OWN", "Their own time, outside working hours"),
                    ("COMPANY", "Working time, paid by a company"),
                    ("PUBLIC", "Working time, paid by the State or a local authority"),
                    (
                        "NON_PROFIT",
                        "Working time, paid by an association, a foundation or an endowment fund",
                    ),
                ],
                max_length=10,
                verbose_name="whose time is it?",
            ),
        ),
        migrations.AddConstraint(
            model_name="mission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "regime__in",
                        [
                            "",
                            "PRESTATION",
                            "LOAN",
                            "VOLUNTEERING",
                            "PUBLIC_AGENT",
                            "NOT_ELIGIBLE",
                            "NON_PROFIT_LOAN",
                        ],
                    )
                ),
                name="mission_regime_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="missionsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("billed_share__lte", 100), ("least_share__lte", 100)),
                name="sheet_never_bills_above_cost",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, be_loans_without_a_receipt),
    ]
