"""Visits of coordinators to structures: their hours, the times that are held, what became of each."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_finding'),
        ("marketplace", "0037_tasks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(choices=[('THERE', 'at the structure'), ('VIDEO', 'by video'), ('PHONE', 'by phone')], default='THERE', max_length=10, verbose_name='how')),
                ('where', models.CharField(blank=True, max_length=300, verbose_name='where')),
                ('minutes', models.PositiveSmallIntegerField(default=60, verbose_name='how long')),
                ('word', models.TextField(blank=True, max_length=2000, verbose_name='a word with it')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField(help_text='Until when the three times are held.')),
                ('begins_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('INVITED', 'proposed, three times are held'), ('AGREED', 'agreed'), ('NO_TIME', 'none of the three times suits'), ('LAPSED', 'no answer came'), ('CANCELLED', 'cancelled'), ('TOOK_PLACE', 'took place'), ('SET_ASIDE', 'set aside')], default='INVITED', max_length=20, verbose_name='state')),
                ('coordinator', models.ForeignKey(blank=True, help_text='Empty when they have left: a colleague has to take it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to=settings.AUTH_USER_MODEL)),
                ('mission', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to='marketplace.mission')),
                ('need', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='visits', to='marketplace.need')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='accounts.organisation')),
                ('pole', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='accounts.pole')),
            ],
            options={
                'verbose_name': 'visit',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='VisitStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=20)),
                ('after', models.CharField(max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='marketplace.visit')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='VisitTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('is_held', models.BooleanField(default=True)),
                ('coordinator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='marketplace.visit')),
            ],
            options={
                'ordering': ['begins_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FreeTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'each Monday'), (1, 'each Tuesday'), (2, 'each Wednesday'), (3, 'each Thursday'), (4, 'each Friday'), (5, 'each Saturday')], null=True)),
                ('day', models.DateField(blank=True, null=True)),
                ('begins', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='until')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='free_times', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'hours for visits',
                'ordering': ['weekday', 'day', 'begins', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', False), ('weekday', None)), models.Q(('day', None), ('weekday__isnull', False)), _connector='OR'), name='free_time_each_week_or_once'), models.CheckConstraint(condition=models.Q(('ends__gt', models.F('begins'))), name='free_time_ends_after_it_begins')],
            },
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['pole', 'status'], name='visits_of_a_pole'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['begins_at'], name='visits_by_day'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'INVITED')), fields=('organisation',), name='visit_one_waits_for_an_answer'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['INVITED', 'AGREED', 'NO_TIME', 'LAPSED', 'CANCELLED', 'TOOK_PLACE', 'SET_ASIDE'])), name='visit_status_known'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['AGREED', 'TOOK_PLACE']), _negated=True), ('begins_at__isnull', False), _connector='OR'), name='visit_agreed_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='visittime',
            constraint=models.UniqueConstraint(condition=models.Q(('is_held', True)), fields=('coordinator', 'begins_at'), name='visit_time_held_once', violation_error_message='This time has just been taken: choose another.'),
        ),
        migrations.AddConstraint(
            model_name='visittime',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='visit_time_ends_after_it_begins'),
        ),
    ]
