"""Words of the choices: typographic apostrophes. The database doesn't change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0027_closed_accounts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='organisation',
            name='legal_form',
            field=models.CharField(choices=[('ASSOCIATION', 'association (1901 act)'), ('ASSOCIATION_RUP', 'association of recognised public utility'), ('FOUNDATION', 'foundation'), ('ENDOWMENT', 'endowment fund'), ('SCIC', 'SCIC (cooperative of collective interest)'), ('SCOP', 'SCOP (workers’ cooperative)'), ('COOPERATIVE', 'other cooperative'), ('MUTUAL', 'mutual society'), ('ESUS', 'commercial company with ESUS approval'), ('SAS', 'SAS'), ('SARL', 'SARL or EURL'), ('SA', 'SA'), ('SOLE_TRADER', 'sole trader'), ('PUBLIC', 'local authority or public body'), ('OTHER', 'other')], max_length=20, verbose_name='legal form'),
        ),
        migrations.AlterField(
            model_name='user',
            name='reads',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'Creole (West Indies, French Guiana, Réunion…)'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='language you would rather read'),
        ),
    ]
