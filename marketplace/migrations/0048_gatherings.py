"""Gatherings: one teaches or meets several, with seats, a waiting list, who came, and minutes."""

import common.word_search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_finding'),
        ("marketplace", "0047_served"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('CONFIRMED', 'has a seat'), ('WAITING', 'on the waiting list'), ('OFFERED', 'a seat is kept for them'), ('CANCELLED', 'doesn’t come'), ('CAME', 'came'), ('MISSED', 'didn’t come')], max_length=20, verbose_name='state')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('offered_until', models.DateTimeField(blank=True, null=True)),
                ('comes_at', models.DateTimeField(blank=True, null=True)),
                ('serves', models.BooleanField(blank=True, null=True, verbose_name='did it serve?')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'attendance',
                'ordering': ['asked_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AttendanceStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=20)),
                ('after', models.CharField(max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Gathering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('TRAINING', 'training'), ('MEETING', 'meeting'), ('ADVICE', 'hours of advice'), ('OPEN_DAY', 'open day')], default='TRAINING', max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('about', models.TextField(max_length=3000, verbose_name='what one takes home')),
                ('trainer_agreed_at', models.DateTimeField(blank=True, null=True)),
                ('starts_at', models.DateTimeField(verbose_name='begins')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('link', models.URLField(blank=True, max_length=300, verbose_name='link')),
                ('seats', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='seats')),
                ('seats_each', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='seats for one structure')),
                ('audience', models.CharField(choices=[('ALL', 'everybody'), ('POLE', 'the people of the pôle'), ('AUTHORITIES', 'local authorities')], default='ALL', max_length=20, verbose_name='for whom')),
                ('languages', models.PositiveIntegerField(default=1, verbose_name='languages')),
                ('status', models.CharField(choices=[('DRAFT', 'in preparation'), ('PUBLISHED', 'announced'), ('TOOK_PLACE', 'took place'), ('CANCELLED', 'cancelled')], default='DRAFT', max_length=20, verbose_name='state')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('search_text', common.word_search.WordsOf('title', 'about', db_default='', default='', editable=False)),
                ('search_name', common.word_search.NameOf('title', db_default='', default='', editable=False)),
            ],
            options={
                'verbose_name': 'gathering',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GatheringStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=20)),
                ('after', models.CharField(max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=20000, verbose_name='what was said')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'minutes',
                'verbose_name_plural': 'minutes',
            },
        ),
        migrations.CreateModel(
            name='MinutesFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'file of minutes',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='storedfile',
            name='stored_file_in_one_room',
        ),
        migrations.AddField(
            model_name='attendance',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='attendances', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attendancestep',
            name='attendance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='marketplace.attendance'),
        ),
        migrations.AddField(
            model_name='attendancestep',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gathering',
            name='commune',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.commune', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gathering',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gatherings', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='pole',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gatherings', to='accounts.pole'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='skills',
            field=models.ManyToManyField(blank=True, related_name='+', to='marketplace.skill', verbose_name='skills'),
        ),
        migrations.AddField(
            model_name='gathering',
            name='trainer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gatherings', to='marketplace.offer', verbose_name='led by'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='gathering',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='marketplace.gathering'),
        ),
        migrations.AddField(
            model_name='storedfile',
            name='gathering',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='marketplace.gathering'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gathering', None), ('mission__isnull', False), ('organisation', None), ('thread', None)), models.Q(('gathering', None), ('mission', None), ('organisation__isnull', False), ('thread', None)), models.Q(('gathering', None), ('mission', None), ('organisation', None), ('thread__isnull', False)), models.Q(('gathering__isnull', False), ('mission', None), ('organisation', None), ('thread', None)), _connector='OR'), name='stored_file_in_one_room'),
        ),
        migrations.AddField(
            model_name='gatheringstep',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gatheringstep',
            name='gathering',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='marketplace.gathering'),
        ),
        migrations.AddField(
            model_name='minutes',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='minutes',
            name='gathering',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='marketplace.gathering'),
        ),
        migrations.AddField(
            model_name='minutesfile',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='marketplace.storedfile'),
        ),
        migrations.AddField(
            model_name='minutesfile',
            name='minutes',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='marketplace.minutes'),
        ),
        migrations.AddIndex(
            model_name='gathering',
            index=models.Index(fields=['status', 'starts_at', 'id'], name='gathering_to_come'),
        ),
        migrations.AddIndex(
            model_name='gathering',
            index=models.Index(fields=['pole', 'starts_at'], name='gathering_of_a_pole'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'PUBLISHED', 'TOOK_PLACE', 'CANCELLED'])), name='gathering_status_known'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='gathering_ends_after_it_starts', violation_error_message='It would end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='gathering_has_seats'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(('seats_each', None), ('seats_each__gte', 1), _connector='OR'), name='gathering_has_seats_each'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=models.CheckConstraint(condition=models.Q(('commune__isnull', False), models.Q(('link', ''), _negated=True), _connector='OR'), name='gathering_is_somewhere', violation_error_message='Say where: a commune, or a link.'),
        ),
        migrations.AddConstraint(
            model_name='gathering',
            constraint=common.word_search.WordSearch(called='search_name', name='gathering_words', text='search_text'),
        ),
        migrations.AddIndex(
            model_name='attendance',
            index=models.Index(fields=['gathering', 'status', 'asked_at', 'id'], name='attendance_turns'),
        ),
        migrations.AddIndex(
            model_name='attendance',
            index=models.Index(condition=models.Q(('status', 'OFFERED')), fields=['offered_until'], name='attendance_lapses'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('gathering', 'person'), name='attendance_once'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['CONFIRMED', 'WAITING', 'OFFERED', 'CANCELLED', 'CAME', 'MISSED'])), name='attendance_status_known'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'OFFERED'), _negated=True), ('offered_until__isnull', False), _connector='OR'), name='attendance_offered_until'),
        ),
    ]
