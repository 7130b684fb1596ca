"""Words of the choices: of a loan by a non-profit employer, only the lender has to be one. The database doesn't change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0075_apostrophes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('CONVENTION_SERVICE', 'sponsorship agreement'), ('CONVENTION_LOAN', 'agreement to lend an employee'), ('AMENDMENT', 'amendment to the work contract'), ('MISSION_LETTER', 'letter of engagement'), ('CONVENTION_AGENT', 'agreement to make a public agent available'), ('ORDER_AGENT', 'draft order of the authority'), ('CONVENTION_PLAIN', 'agreement to lend, without tax receipt'), ('CONVENTION_NON_PROFIT', 'agreement to lend by a non-profit employer'), ('CONVENTION_CHANGE', 'amendment to the agreement'), ('CONTRACT_CHANGE', 'change to the amendment of the work contract'), ('LETTER_CHANGE', 'amendment to the letter of engagement'), ('ORDER_CHANGE', 'draft amending order'), ('VOLUNTEER_CERTIFICATE', 'volunteer’s certificate'), ('PASSPORT', 'volunteer passport sheet'), ('HOURS_CERTIFICATE', 'certificate of hours'), ('RECEIPT', 'tax receipt'), ('STRUCTURE_STATEMENT', 'yearly statement of receipts'), ('COMPANY_STATEMENT', 'yearly list of gifts')], max_length=30, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='mission',
            name='regime',
            field=models.CharField(blank=True, choices=[('PRESTATION', 'skills sponsorship: the company does a piece of work'), ('LOAN', 'skills sponsorship: the company lends an employee'), ('VOLUNTEERING', 'skills volunteering, on one’s own time'), ('PUBLIC_AGENT', 'a public agent made available'), ('NOT_ELIGIBLE', 'free loan of an employee, without a tax receipt'), ('NON_PROFIT_LOAN', 'loan of an employee by a non-profit employer')], max_length=20, verbose_name='legal frame'),
        ),
        migrations.AlterField(
            model_name='regimechoice',
            name='regime',
            field=models.CharField(choices=[('PRESTATION', 'skills sponsorship: the company does a piece of work'), ('LOAN', 'skills sponsorship: the company lends an employee'), ('VOLUNTEERING', 'skills volunteering, on one’s own time'), ('PUBLIC_AGENT', 'a public agent made available'), ('NOT_ELIGIBLE', 'free loan of an employee, without a tax receipt'), ('NON_PROFIT_LOAN', 'loan of an employee by a non-profit employer')], max_length=20),
        ),
    ]
