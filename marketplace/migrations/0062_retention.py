"""How long things are kept: silences of people, what was erased of each line, papers whose time is over."""

import django.core.validators
import django.db.models.deletion
import marketplace.models.written_once
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_last_signs'),
        ('marketplace', '0061_data_copies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Inactivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(help_text='The day of their last sign.')),
                ('told_at', models.DateTimeField()),
                ('closes_on', models.DateField(help_text="As they were told: a setting changed since doesn't shorten it.")),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end', models.CharField(blank=True, choices=[('KEPT', 'they have given a sign'), ('HELD', 'something is to be settled first'), ('CLOSED', 'the account is closed')], max_length=10)),
            ],
            options={
                'verbose_name': 'silence of a person',
                'verbose_name_plural': 'silences of people',
                'ordering': ['-told_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RetentionPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(max_length=40, unique=True)),
                ('at', models.DateTimeField()),
                ('gone', models.PositiveIntegerField()),
                ('soon', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'pass over what is kept',
                'ordering': ['line'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='document',
            name='document_written_once',
        ),
        migrations.RemoveConstraint(
            model_name='seal',
            name='seal_written_once',
        ),
        migrations.RemoveConstraint(
            model_name='signature',
            name='signature_written_once',
        ),
        migrations.AddField(
            model_name='document',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='promises',
            name='inactive_closed',
            field=models.PositiveSmallIntegerField(db_default=24, default=24, validators=[django.core.validators.MinValueValidator(12), django.core.validators.MaxValueValidator(60)], verbose_name='and their account is closed after'),
        ),
        migrations.AddField(
            model_name='promises',
            name='inactive_told',
            field=models.PositiveSmallIntegerField(db_default=23, default=23, validators=[django.core.validators.MinValueValidator(11), django.core.validators.MaxValueValidator(59)], verbose_name='somebody of whom nothing is seen is told after'),
        ),
        migrations.AlterField(
            model_name='seal',
            name='act',
            field=models.CharField(choices=[('MADE', 'made'), ('SIGNED', 'signed'), ('COMPLETED', 'signed by all'), ('VOIDED', 'voided'), ('ERASED', 'erased: kept long enough')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=marketplace.models.written_once.WrittenOnce(erased={'facts': "'{}'", 'file': "''"}, erased_days=1824, fields=['organisation', 'mission', 'amendment', 'member', 'kind', 'letter', 'year', 'number', 'version', 'facts', 'template', 'file', 'size', 'sha256', 'donor', 'amount', 'counterparts', 'replaces', 'made_by', 'made_at'], name='document_written_once', since='made_at'),
        ),
        migrations.AddConstraint(
            model_name='promises',
            constraint=models.CheckConstraint(condition=models.Q(('inactive_told__lt', models.F('inactive_closed'))), name='promises_tell_before_closing', violation_error_message='People have to be told before their account is closed: leave a month at least between the two.'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=marketplace.models.written_once.WrittenOnce(erased={'said': "'{}'"}, erased_days=1824, fields=['register', 'position', 'document', 'act', 'said', 'seal'], name='seal_written_once', since='said.at'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=marketplace.models.written_once.WrittenOnce(erased={'capacity': "''", 'email': "''", 'ip': 'NULL', 'name': "''", 'scan': 'NULL'}, erased_days=1824, fields=['document', 'party', 'user', 'name', 'capacity', 'email', 'ip', 'how', 'scan', 'sha256', 'at'], name='signature_written_once', since='at'),
        ),
        migrations.AddField(
            model_name='inactivity',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inactivities', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='inactivity',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['closes_on'], name='inactivity_closes'),
        ),
        migrations.AddConstraint(
            model_name='inactivity',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person',), name='inactivity_one_open'),
        ),
        migrations.AddConstraint(
            model_name='inactivity',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gt', models.F('since'))), name='inactivity_closes_after'),
        ),
        migrations.AddConstraint(
            model_name='inactivity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('end', ''), _negated=True)), _connector='OR'), name='inactivity_ended_somehow'),
        ),
    ]
