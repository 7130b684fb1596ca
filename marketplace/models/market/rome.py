"""The State's list of trades (ROME 4.0), as `import_rome` reads it. Nobody edits it here."""

from django.db import models


class RomeMacro(models.Model):
    """A macro-competence: what several trades have in common. Our skills point to them."""

    code = models.CharField(max_length=10, primary_key=True)
    label = models.CharField(max_length=500)
    domain = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class RomeCompetence(models.Model):
    """A finer competence, used as another way to say its macro-competence."""

    code = models.CharField(max_length=10, primary_key=True)
    label = models.CharField(max_length=500)
    macro = models.ForeignKey(RomeMacro, models.CASCADE, related_name="competences")

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class RomeKnowledge(models.Model):
    """A « savoir »: a field, a technique, a tool."""

    code = models.CharField(max_length=10, primary_key=True)
    label = models.CharField(max_length=500)
    category = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class RomeTrade(models.Model):
    code = models.CharField(max_length=5, primary_key=True)
    label = models.CharField(max_length=300)
    definition = models.TextField(blank=True)
    macros = models.ManyToManyField(RomeMacro, related_name="trades", through="RomeTradeMacro")
    competences = models.ManyToManyField(RomeCompetence, related_name="trades")
    knowledge = models.ManyToManyField(RomeKnowledge, related_name="trades")
    mobility = models.ManyToManyField(
        "self", symmetrical=False, related_name="reached_from", through="RomeMobility"
    )

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class RomeTradeMacro(models.Model):
    """A macro-competence of a trade; `is_core` when the State says that it is at the heart of the trade."""

    trade = models.ForeignKey(RomeTrade, models.CASCADE, related_name="trade_macros")
    macro = models.ForeignKey(RomeMacro, models.CASCADE, related_name="trade_macros")
    is_core = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trade", "macro"], name="rome_trade_macro_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trade_id} {self.macro_id}"


class RomeAppellation(models.Model):
    """A job title that belongs to a trade."""

    code = models.CharField(max_length=10, primary_key=True)
    label = models.CharField(max_length=300)
    short_label = models.CharField(max_length=300, blank=True)
    is_main = models.BooleanField(default=False)
    trade = models.ForeignKey(RomeTrade, models.CASCADE, related_name="appellations")

    def __str__(self) -> str:
        return self.label


class RomeMobility(models.Model):
    """A trade to which people of another one may move, the nearest first."""

    trade = models.ForeignKey(RomeTrade, models.CASCADE, related_name="moves")
    target = models.ForeignKey(RomeTrade, models.CASCADE, related_name="arrivals")
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["trade", "target"], name="rome_mobility_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trade_id} → {self.target_id}"


class WordsIndex(models.Model):
    """An index built once by a command and read by all processes. It is stored in parts, since a database driver
    holds what it carries two or three times over in memory."""

    PART = 2**20  # bytes

    kind = models.CharField(max_length=20)
    part = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=80)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "part"], name="words_index_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.part} {self.version}"

    @classmethod
    def store(cls, kind: str, version: str, content: bytes) -> None:
        """Store this index in the place of the one of the same kind."""
        cls.objects.filter(kind=kind).delete()
        for part, start in enumerate(range(0, len(content), cls.PART)):
            piece = content[start : start + cls.PART]
            cls.objects.create(kind=kind, part=part, version=version, content=piece)

    @classmethod
    def content_of(cls, kind: str, version: str) -> bytearray:
        """The stored index whose version begins so; empty when there is none, or while it is being replaced."""
        parts = cls.objects.filter(kind=kind, version__startswith=version)
        content = bytearray()
        for number in parts.order_by("part").values_list("pk", flat=True):
            piece = parts.filter(pk=number).values_list("content", flat=True).first()
            if piece is None:
                return bytearray()
            content += piece
        return content
