"""Languages of the regions and of those who arrive: wider columns, a filter of the catalogue, a column of files brought in."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_finding'),
        ('marketplace', '0049_trainings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='need',
            name='need_open_new',
        ),
        migrations.RemoveIndex(
            model_name='need',
            name='need_open_soon',
        ),
        migrations.RemoveIndex(
            model_name='need',
            name='need_open_short',
        ),
        migrations.AddField(
            model_name='needrecord',
            name='languages',
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name='languages'),
        ),
        migrations.AddField(
            model_name='offerrecord',
            name='languages',
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name='languages'),
        ),
        migrations.AlterField(
            model_name='need',
            name='languages',
            field=models.PositiveIntegerField(default=1, verbose_name='languages you can work in'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='languages',
            field=models.PositiveIntegerField(default=1, verbose_name='languages you can work in'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status', 'PUBLISHED')), fields=['-published_at', '-id', 'organisation', 'commune', 'place', 'format', 'cause', 'starts_on', 'languages', 'is_undated', 'ends_on'], name='need_open_new'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status', 'PUBLISHED')), fields=['starts_on', 'id', 'organisation', 'commune', 'place', 'format', 'cause', 'languages', 'is_undated', 'ends_on'], name='need_open_soon'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(condition=models.Q(('is_listed', True), ('status', 'PUBLISHED')), fields=['hours', 'id', 'organisation', 'commune', 'place', 'format', 'cause', 'starts_on', 'languages', 'is_undated', 'ends_on'], name='need_open_short'),
        ),
    ]
