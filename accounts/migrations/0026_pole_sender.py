"""In whose name the letters of a pôle leave, and where answers to them go."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0025_user_seen'),
    ]

    operations = [
        migrations.AddField(
            model_name='pole',
            name='replies_to',
            field=models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='address that answers go to'),
        ),
        migrations.AddField(
            model_name='pole',
            name='sender_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='name that its letters bear'),
        ),
    ]
