"""The local currency of a pôle: its name, and the page that tells of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0021_reads'),
    ]

    operations = [
        migrations.AddField(
            model_name='pole',
            name='currency',
            field=models.CharField(blank=True, db_default='', default='', help_text='Without its article, as it is written after a number: eusko, gonette, abeille.', max_length=40, verbose_name='name of the local currency'),
        ),
        migrations.AddField(
            model_name='pole',
            name='currency_url',
            field=models.URLField(blank=True, db_default='', default='', verbose_name='page that tells of it'),
        ),
    ]
