"""The day of the last sign of each person: for those who are there already, that of the update."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_erasures'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='seen_on',
            field=models.DateField(blank=True, default=django.utils.timezone.localdate, editable=False, null=True, verbose_name='last sign of them'),
        ),
    ]
