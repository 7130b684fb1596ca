"""People say in which language they would rather read what is written twice."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_attending'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='reads',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('es', 'Spanish'), ('pt', 'Portuguese'), ('de', 'German'), ('uk', 'Ukrainian'), ('br', 'Breton'), ('eu', 'Basque'), ('oc', 'Occitan'), ('co', 'Corsican'), ('ca', 'Catalan'), ('gsw', 'Alsatian'), ('vls', 'Flemish'), ('pcd', 'Picard'), ('cpf', 'a creole'), ('it', 'Italian'), ('pl', 'Polish'), ('ro', 'Romanian'), ('tr', 'Turkish'), ('prs', 'Dari'), ('ps', 'Pashto')], db_default='', default='', max_length=8, verbose_name='language you would rather read'),
        ),
    ]
