"""A need may want a pair: the box, who the two are, and their conversation."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_finding'),
        ('marketplace', '0051_waiting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'pair',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='thread',
            name='thread_one_with_coordinators',
        ),
        migrations.AddField(
            model_name='need',
            name='in_pair',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in a pair: one person on their own time, one on working time'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('in_pair', False), models.Q(('places', 2), ('time', 'BOTH')), _connector='OR'), name='need_in_pair_of_two', violation_error_message='A pair is of two people, one on each time.'),
        ),
        migrations.AddField(
            model_name='pair',
            name='need',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairs', to='marketplace.need'),
        ),
        migrations.AddField(
            model_name='pair',
            name='own',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairs_at_home', to='marketplace.mission', verbose_name='on their own time'),
        ),
        migrations.AddField(
            model_name='pair',
            name='work',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairs_at_work', to='marketplace.mission', verbose_name='on working time'),
        ),
        migrations.AddField(
            model_name='thread',
            name='pair',
            field=models.OneToOneField(blank=True, help_text='Of its need: what the structure and the two halves write to each other.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='thread', to='marketplace.pair'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.UniqueConstraint(condition=models.Q(('asker', None), ('need__isnull', False), ('pair', None)), fields=('need',), name='thread_one_with_coordinators'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.CheckConstraint(condition=models.Q(('pair', None), models.Q(('asker', None), ('need__isnull', False)), _connector='OR'), name='thread_of_a_pair_about_its_need'),
        ),
        migrations.AddConstraint(
            model_name='pair',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('need',), name='pair_one_a_need'),
        ),
        migrations.AddConstraint(
            model_name='pair',
            constraint=models.UniqueConstraint(fields=('work', 'own'), name='pair_of_two_once'),
        ),
        migrations.AddConstraint(
            model_name='pair',
            constraint=models.CheckConstraint(condition=models.Q(('work', models.F('own')), _negated=True), name='pair_of_two'),
        ),
    ]
