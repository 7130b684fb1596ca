"""manage.py learn_sentences: learns again what the everyday sentences tell of each skill."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.words import learned, sentences


class Command(BaseCommand):
    help = (
        "Learn the weights of marketplace/data/everyday_weights.bin from everyday_sentences.tsv and the skills' names "
        "beside it: for those who change either. Some seconds."
    )

    def handle(self, **options: Any) -> None:
        arrays = sentences.learn_files()
        learned.FILE.write_bytes(sentences.to_bytes(arrays))
        self.stdout.write(f"{len(arrays['numbers'])} signs, {len(arrays['levels'])} weights.")
