"""Words of the choices: typographic apostrophes, and how people call creoles. The database doesn't change."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0031_apostrophes'),
        ('marketplace', '0069_mission_states'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='agreement',
            name='answer',
            field=models.CharField(blank=True, choices=[('YES', 'I agree'), ('NO', 'I don’t agree'), ('OTHER_DATES', 'I would rather have other dates')], max_length=20, verbose_name='answer'),
        ),
        migrations.AlterField(
            model_name='consentrequest',
            name='answer',
            field=models.CharField(blank=True, choices=[('YES', 'I agree'), ('NO', 'I don’t agree')], max_length=10),
        ),
        migrations.AlterField(
            model_name='eligibility',
            name='reference',
            field=models.CharField(blank=True, help_text='Date and number of the tax office’s letter, for instance.', max_length=160, verbose_name='reference of the proof'),
        ),
        migrations.AlterField(
            model_name='gathering',
            name='second_language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'Creole (West Indies, French Guiana, Réunion…)'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='other language'),
        ),
        migrations.AlterField(
            model_name='mission',
            name='regime',
            field=models.CharField(blank=True, choices=[('PRESTATION', 'skills sponsorship: the company does a piece of work'), ('LOAN', 'skills sponsorship: the company lends an employee'), ('VOLUNTEERING', 'skills volunteering, on one’s own time'), ('PUBLIC_AGENT', 'a public agent made available'), ('NOT_ELIGIBLE', 'free loan of an employee, without a tax receipt'), ('NON_PROFIT_LOAN', 'loan of an employee between non-profits')], max_length=20, verbose_name='legal frame'),
        ),
        migrations.AlterField(
            model_name='mission',
            name='status',
            field=models.CharField(choices=[('FRAMING', 'being set up'), ('AGREEMENT', 'waiting for the employer’s agreement'), ('DOCUMENTS', 'documents'), ('RUNNING', 'running'), ('SUSPENDED', 'suspended'), ('LEFT', 'suspended, the person has left'), ('DISPUTED', 'in disagreement'), ('DELIVERED', 'delivered'), ('REVIEWED', 'to be closed'), ('VALUED', 'value declared'), ('CLOSED', 'closed'), ('RENEWED', 'closed and renewed'), ('INTERRUPTED', 'interrupted')], default='FRAMING', max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='need',
            name='second_language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'Creole (West Indies, French Guiana, Réunion…)'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='other language'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='second_language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'Creole (West Indies, French Guiana, Réunion…)'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='other language'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='time',
            field=models.CharField(choices=[('WORK', 'on working time (skills sponsorship)'), ('OWN', 'on one’s own time (volunteering)')], max_length=10, verbose_name='on whose time'),
        ),
        migrations.AlterField(
            model_name='offerrecord',
            name='time',
            field=models.CharField(blank=True, choices=[('WORK', 'on working time (skills sponsorship)'), ('OWN', 'on one’s own time (volunteering)')], max_length=10, verbose_name='on whose time'),
        ),
        migrations.AlterField(
            model_name='regimechoice',
            name='receipt',
            field=models.CharField(blank=True, choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'We don’t know')], max_length=10, verbose_name='may the structure give tax receipts?'),
        ),
        migrations.AlterField(
            model_name='regimechoice',
            name='regime',
            field=models.CharField(choices=[('PRESTATION', 'skills sponsorship: the company does a piece of work'), ('LOAN', 'skills sponsorship: the company lends an employee'), ('VOLUNTEERING', 'skills volunteering, on one’s own time'), ('PUBLIC_AGENT', 'a public agent made available'), ('NOT_ELIGIBLE', 'free loan of an employee, without a tax receipt'), ('NON_PROFIT_LOAN', 'loan of an employee between non-profits')], max_length=20),
        ),
        migrations.AlterField(
            model_name='review',
            name='handed_over',
            field=models.CharField(blank=True, choices=[('ALONE', 'Yes, we know how to do it now'), ('HELP', 'With a little help'), ('NO', 'No, not yet'), ('ASIDE', 'That wasn’t the aim')], max_length=10, verbose_name='can the team go on alone?'),
        ),
        migrations.AlterField(
            model_name='skill',
            name='rome_macro',
            field=models.JSONField(blank=True, default=list, help_text='Their codes, as in the State’s files, for instance ["300188"].', verbose_name='ROME macro-competences'),
        ),
        migrations.AlterField(
            model_name='skillsynonym',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='A withdrawn synonym is no longer read, and loading the file again won’t bring it back.', null=True, verbose_name='withdrawn on'),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='answer',
            field=models.CharField(blank=True, choices=[('YES', 'Yes, I take it over'), ('NO', 'No, I can’t')], max_length=5, verbose_name='answer'),
        ),
        migrations.AlterConstraint(
            model_name='offer',
            name='offer_of_a_volunteer_is_own_time',
            constraint=models.CheckConstraint(condition=models.Q(('organisation__isnull', False), ('time', 'OWN'), _connector='OR'), name='offer_of_a_volunteer_is_own_time', violation_error_message='Only a company can offer working time: choose “on one’s own time”.'),
        ),
    ]
