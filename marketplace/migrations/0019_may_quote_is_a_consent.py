from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0018_what_was_agreed_to")]

    operations = [migrations.RemoveField(model_name="review", name="may_quote")]
