"""Those of whom nothing has been seen for long are found by their index."""

from django.db import migrations, models

from common.slow_steps import AddIndexMeanwhile


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('accounts', '0024_last_signs'),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name='user',
            index=models.Index(condition=models.Q(('is_active', True)), fields=['seen_on', 'id'], name='user_seen'),
        ),
    ]
