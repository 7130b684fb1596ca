"""Local authorities are a kind of their own, with their level; and somebody may sign up for one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='level',
            field=models.CharField(blank=True, choices=[('COMMUNE', 'municipality'), ('EPCI', 'intercommunality'), ('DEPARTMENT', 'département'), ('REGION', 'region'), ('OTHER', 'another public body')], db_default='', default='', max_length=20, verbose_name='level'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='kind',
            field=models.CharField(choices=[('ESS', 'ESS structure'), ('COMPANY', 'company'), ('AUTHORITY', 'local authority'), ('OPERATOR', 'operator of the pôle')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='user',
            name='comes_for',
            field=models.CharField(blank=True, choices=[('ESS', 'for an association or another ESS structure'), ('COMPANY', 'for a company'), ('AUTHORITY', 'for a local authority'), ('MYSELF', 'for myself, as a volunteer')], max_length=10, verbose_name='comes'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__in', ('COMMUNE', 'EPCI', 'DEPARTMENT', 'REGION')), _negated=True), ('kind', 'AUTHORITY'), _connector='OR'), name='organisation_level_of_an_authority'),
        ),
    ]
