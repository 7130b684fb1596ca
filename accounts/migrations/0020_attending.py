"""What somebody comes for may be a seat at a gathering."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_finding'),
    ]

    operations = [
        migrations.AlterField(
            model_name='coming',
            name='about',
            field=models.BigIntegerField(help_text='The number of the need, for an answer; of the gathering, for a seat.', null=True),
        ),
        migrations.AlterField(
            model_name='coming',
            name='kind',
            field=models.CharField(choices=[('NEED', 'to ask for help'), ('OFFER', 'to offer their help'), ('APPLY', 'to answer a need'), ('ATTEND', 'to come to a gathering')], max_length=8),
        ),
    ]
