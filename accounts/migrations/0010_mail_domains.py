"""E-mail domains of organisations, and those who ask to join by their address."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_join_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253, verbose_name='domain')),
                ('txt', models.CharField(max_length=43, verbose_name='value of the record')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='added')),
                ('mailbox', models.EmailField(blank=True, max_length=254, verbose_name='address written to')),
                ('token', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_count', models.PositiveSmallIntegerField(default=0)),
                ('shown_at', models.DateTimeField(blank=True, null=True, verbose_name='shown')),
                ('found_at', models.DateTimeField(blank=True, null=True, verbose_name='record found')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                ('seen', models.CharField(blank=True, choices=[('FOUND', 'The record is there.'), ('NOTHING', 'There is no such record yet, or it isn’t known everywhere.'), ('OTHER', 'There is a record of this name, with another value.'), ('SILENT', 'The servers of the domain haven’t answered in time.'), ('BROKEN', 'The servers of the domain answer with an error.')], max_length=10, verbose_name='seen')),
                ('lost_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer found since')),
                ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked')),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='agreed')),
                ('agreed_until', models.DateTimeField(blank=True, null=True, verbose_name='agreed until')),
                ('refused_at', models.DateTimeField(blank=True, null=True, verbose_name='refused')),
                ('refused_reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('ended_why', models.CharField(blank=True, choices=[('BY_HAND', 'its administrators'), ('OWNER', 'it is another organisation’s')], max_length=10)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_domains', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'e-mail domain',
                'verbose_name_plural': 'e-mail domains',
                'ordering': ['domain', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('accepted', models.BooleanField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to='accounts.organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to=settings.AUTH_USER_MODEL)),
                ('domain', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='join_requests', to='accounts.maildomain')),
            ],
            options={
                'verbose_name': 'request to join',
                'verbose_name_plural': 'requests to join',
                'ordering': ['asked_at', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='maildomain',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['domain'], name='mail_domain_live'),
        ),
        migrations.AddConstraint(
            model_name='maildomain',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('organisation', 'domain'), name='mail_domain_one_live', violation_error_message='This domain is in your list already.'),
        ),
        migrations.AddConstraint(
            model_name='joinrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('organisation', 'user'), name='join_request_one_open', violation_error_message='You have asked already.'),
        ),
    ]
