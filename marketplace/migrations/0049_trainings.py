"""Who offers may say that they train a group of structures; a need may end because it was learnt there."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0048_gatherings'),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='trains_up_to',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='can train a group of structures, up to'),
        ),
        migrations.RemoveConstraint(
            model_name='need',
            name='need_status_known',
        ),
        migrations.AlterField(
            model_name='need',
            name='status',
            field=models.CharField(choices=[('DRAFT', 'draft'), ('SUBMITTED', 'being read by the coordinators'), ('PUBLISHED', 'published'), ('PAUSED', 'paused'), ('FILLED', 'filled'), ('CLOSED', 'closed'), ('WITHDRAWN', 'withdrawn'), ('REFUSED', 'not retained'), ('REDIRECTED', 'pointed elsewhere'), ('SERVED_BY_GATHERING', 'served by a gathering')], default='DRAFT', max_length=20, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'SUBMITTED', 'PUBLISHED', 'PAUSED', 'FILLED', 'CLOSED', 'WITHDRAWN', 'REFUSED', 'REDIRECTED', 'SERVED_BY_GATHERING'])), name='need_status_known'),
        ),
    ]
