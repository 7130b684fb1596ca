"""Several rows among those proposed."""

from django import forms
from django.core.exceptions import ValidationError

LONGEST = 18  # figures: a number beyond what the databases count with is nobody's


class SeveralField(forms.ModelMultipleChoiceField):
    """A number too long for the database is a wrong choice, where Django's own field breaks on it."""

    def clean(self, value):
        for one in value or ():
            if len(str(one)) > LONGEST:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(one)[:LONGEST]},
                )
        return super().clean(value)
