"""The catalogue lists full needs with those that have a place: an index for each of its orders."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_local_currency'),
        ('marketplace', '0001_squashed_0055'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='need',
            name='need_full_new',
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status__in', ['PUBLISHED', 'FILLED'])), fields=['-published_at', '-id', 'organisation', 'commune', 'place', 'format', 'cause', 'starts_on', 'languages', 'is_undated', 'ends_on'], name='need_shown_new'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status__in', ['PUBLISHED', 'FILLED'])), fields=['starts_on', 'id', 'organisation', 'commune', 'place', 'format', 'cause', 'languages', 'is_undated', 'ends_on'], name='need_shown_soon'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status__in', ['PUBLISHED', 'FILLED'])), fields=['hours', 'id', 'organisation', 'commune', 'place', 'format', 'cause', 'starts_on', 'languages', 'is_undated', 'ends_on'], name='need_shown_short'),
        ),
    ]
