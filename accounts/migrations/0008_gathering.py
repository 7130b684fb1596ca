"""How somebody came into an organisation, and invitations of a list: with a name, and taken back as a whole."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_employees'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='by_list',
            field=models.BooleanField(db_default=False, default=False, help_text='One of many: who joins is told once a day.'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='first_name',
            field=models.CharField(blank=True, db_default='', max_length=80, verbose_name='first name'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='last_name',
            field=models.CharField(blank=True, db_default='', max_length=80, verbose_name='last name'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='undone_at',
            field=models.DateTimeField(blank=True, help_text='When the list that it came with was taken back.', null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='came_by',
            field=models.CharField(blank=True, choices=[('INVITATION', 'invitation'), ('LIST', 'list'), ('LINK', 'link'), ('DOMAIN', 'address of the domain'), ('ASKED', 'asked, with an administrator’s yes')], db_default='', default='', max_length=20, verbose_name='came by'),
        ),
    ]
