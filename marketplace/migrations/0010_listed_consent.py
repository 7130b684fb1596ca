"""An organisation may be in the directory by a person's own yes. The database doesn't change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0009_need_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='kind',
            field=models.CharField(choices=[('OFFER', 'being put forward by my company with an offer'), ('MISSION', 'a mission on my working time'), ('RENEWAL', 'going on with a mission on my working time'), ('QUOTE', 'words of mine shown publicly'), ('LISTED', 'an organisation that bears my name, or is mine, in the directory'), ('WORKED_WITH', 'our two organisations shown together'), ('FAMILY', 'the field of my offer shown on the page of my organisation')], max_length=20, verbose_name='to what'),
        ),
        migrations.AlterField(
            model_name='consentrequest',
            name='kind',
            field=models.CharField(choices=[('OFFER', 'being put forward by my company with an offer'), ('MISSION', 'a mission on my working time'), ('RENEWAL', 'going on with a mission on my working time'), ('QUOTE', 'words of mine shown publicly'), ('LISTED', 'an organisation that bears my name, or is mine, in the directory'), ('WORKED_WITH', 'our two organisations shown together'), ('FAMILY', 'the field of my offer shown on the page of my organisation')], max_length=20),
        ),
    ]
