from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0019_may_quote_is_a_consent")]

    operations = [
        migrations.AddField(
            model_name="missionsheet",
            name="work",
            field=models.TextField(
                default="",
                help_text="What the person does. For instance: builds the site and trains the team.",
                max_length=2000,
                verbose_name="work entrusted",
            ),
        ),
        migrations.AlterField(
            model_name="missionsheet",
            name="aim",
            field=models.TextField(
                help_text="What the structure wants to reach. For instance: the team updates its site.",
                max_length=2000,
                verbose_name="aim",
            ),
        ),
    ]
