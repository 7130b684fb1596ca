"""An operator coordinates where it has a seat, and has a door of its own: those that there are have both at once."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.utils.text import slugify


OPERATOR = "OPERATOR"
GONE = ("REFUSED", "CLOSED")
SEATED = "SEATED"


def seat_operators(apps, schema_editor):
    """Each operator is seated in the pôle to which it belongs, since it is there; a pôle loses nobody by this."""
    organisation, seat, step, door = (
        apps.get_model("accounts", name) for name in ("Organisation", "Seat", "SeatStep", "Door")
    )
    operators = organisation.objects.filter(kind=OPERATOR).exclude(status__in=GONE)
    for operator in operators.order_by("pk").iterator(1_000):
        made = seat.objects.create(
            operator=operator, pole_id=operator.pole_id, status=SEATED, since=operator.created_at
        )
        step.objects.create(seat=made, after=SEATED, at=operator.created_at)
        door.objects.create(operator=operator, slug=_slug(operator, door))


def _slug(operator, door):
    """The name of the operator, with its number where another one is called the same."""
    slug = slugify(operator.name)[:40] or f"operateur-{operator.pk}"
    return f"{slug}-{operator.pk}" if door.objects.filter(slug=slug).exists() else slug


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_directory'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='came_through',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='came through'),
        ),
        migrations.AddField(
            model_name='user',
            name='came_through',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='came through'),
        ),
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(error_messages={'unique': 'Another operator has this address.'}, unique=True, verbose_name='address')),
                ('words', models.TextField(blank=True, max_length=600, verbose_name='in your own words')),
                ('operator', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='door', to='accounts.organisation', verbose_name='operator')),
            ],
            options={
                'verbose_name': 'door of an operator',
                'verbose_name_plural': 'doors of operators',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('PROPOSED', 'waits for a second operator'), ('INVITED', 'waits for its own yes'), ('SEATED', 'coordinates'), ('LEAVING', 'is to leave, once a second operator agrees'), ('DECLINED', 'not followed up'), ('ENDED', 'has left')], default='PROPOSED', max_length=20, verbose_name='state')),
                ('role', models.CharField(blank=True, max_length=300, verbose_name='role in the pôle')),
                ('email', models.EmailField(blank=True, help_text='Of an operator that isn’t on the site yet; forgotten once it is invited.', max_length=254, verbose_name='address of its first administrator')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('asked_for', models.ForeignKey(blank=True, help_text='In whose name the question that waits was asked: to seat it, or to end it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='accounts.organisation', verbose_name='operator')),
                ('pole', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='accounts.pole', verbose_name='pôle')),
            ],
            options={
                'verbose_name': 'seat in a pôle',
                'verbose_name_plural': 'seats in pôles',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SeatStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=20)),
                ('after', models.CharField(max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='accounts.seat')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['pole', 'status', 'operator'], name='seat_of_pole'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['PROPOSED', 'INVITED', 'SEATED', 'LEAVING', 'DECLINED', 'ENDED'])), name='seat_status_known'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['DECLINED', 'ENDED']), _negated=True), fields=('operator', 'pole'), name='seat_one_live', violation_error_message='This operator is in the pôle already, or asked to be.'),
        ),
        migrations.RunPython(seat_operators, migrations.RunPython.noop),
    ]
