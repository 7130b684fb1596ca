"""Words: what is added to a case, a renewal that was proposed and may not have begun; a picture's words are for those who can't see it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0078_words_of_states'),
    ]

    operations = [
        migrations.AlterField(
            model_name='caseentry',
            name='kind',
            field=models.CharField(choices=[('OPENED', 'opened'), ('AGAIN', 'added later'), ('ASSIGNED', 'passed on'), ('CALL', 'phone call'), ('LETTER', 'letter or message'), ('MEETING', 'meeting or visit'), ('NOTE', 'note'), ('CLOSED', 'closed')], max_length=10, verbose_name='what was done'),
        ),
        migrations.AlterField(
            model_name='mission',
            name='status',
            field=models.CharField(choices=[('FRAMING', 'being set up'), ('AGREEMENT', 'waiting for the employer’s agreement'), ('DOCUMENTS', 'documents'), ('RUNNING', 'running'), ('SUSPENDED', 'suspended'), ('LEFT', 'suspended, the person has left'), ('DISPUTED', 'in disagreement'), ('DELIVERED', 'delivered'), ('REVIEWED', 'to be closed'), ('VALUED', 'value declared'), ('CLOSED', 'closed'), ('RENEWED', 'closed, renewal proposed'), ('INTERRUPTED', 'interrupted')], default='FRAMING', max_length=20, verbose_name='state'),
        ),
        migrations.AlterConstraint(
            model_name='telling',
            name='telling_picture_has_words',
            constraint=models.CheckConstraint(condition=models.Q(('picture', ''), models.Q(('alt', ''), _negated=True), _connector='OR'), name='telling_picture_has_words', violation_error_message='Say what the picture shows, for those who can’t see it.'),
        ),
    ]
