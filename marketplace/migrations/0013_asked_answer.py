"""A pôle that was asked answers: somebody, or nobody. Those that had somebody proposed, or applying, have answered; the
others are asked still."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ASKED, FOUND = "ASKED", "FOUND"


def tell_what_was_answered(apps, schema_editor):
    asked_pole, step, proposal = (
        apps.get_model("marketplace", name) for name in ("AskedPole", "AskedPoleStep", "Proposal")
    )
    for asked in asked_pole.objects.order_by("pk").iterator(1_000):
        step.objects.create(asked=asked, after=ASKED, by_id=asked.by_id, at=asked.at)
        theirs = proposal.objects.filter(need_id=asked.need_id, offer__pole_id=asked.pole_id)
        first = theirs.order_by("created_at", "pk").first()
        if first is not None:
            put_forward = first.origin == "COORDINATOR"
            step.objects.create(
                asked=asked,
                before=ASKED,
                after=FOUND,
                by_id=first.created_by_id if put_forward else None,
                at=max(first.created_at, asked.at),
            )
            asked_pole.objects.filter(pk=asked.pk).update(status=FOUND)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_seats'),
        ('marketplace', '0012_dispatch'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedPoleStep',
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
        migrations.AddField(
            model_name='askedpole',
            name='status',
            field=models.CharField(choices=[('ASKED', 'asked, no answer yet'), ('FOUND', 'somebody proposed'), ('NOBODY', 'found nobody'), ('UNANSWERED', 'didn’t answer'), ('TAKEN_BACK', 'no longer asked')], db_default='ASKED', default='ASKED', max_length=20, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='askedpole',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['ASKED', 'FOUND', 'NOBODY', 'UNANSWERED', 'TAKEN_BACK'])), name='asked_pole_status_known'),
        ),
        migrations.AddField(
            model_name='askedpolestep',
            name='asked',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='marketplace.askedpole'),
        ),
        migrations.AddField(
            model_name='askedpolestep',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(tell_what_was_answered, migrations.RunPython.noop),
    ]
