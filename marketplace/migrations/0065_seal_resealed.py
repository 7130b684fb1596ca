"""A link of the chain may bear the seal of a key that came later (docs/decisions/0080)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0064_document_to_erase'),
    ]

    operations = [
        migrations.AddField(
            model_name='seal',
            name='resealed',
            field=models.CharField(db_default='', default='', editable=False, max_length=64),
        ),
    ]
