"""Say what is wrong with one field of what somebody sent: where and why, never what it held. Pure."""

from dataclasses import dataclass

FIELD_LIMIT = 60  # characters of a field's name that are told back


@dataclass(frozen=True)
class Fault:
    """One thing that was refused; `field` is a dotted path or a column's heading, empty for the whole.

    >>> Fault("x" * 99 + chr(27), "isian tidak dikenal").field == "x" * 60
    True
    """

    field: str
    why: str

    def __post_init__(self) -> None:
        """Shorten the name, which may be anything a sender made up, and take its control characters out."""
        shown = "".join(sign if sign.isprintable() else "?" for sign in self.field[:FIELD_LIMIT])
        object.__setattr__(self, "field", shown)

    def __str__(self) -> str:
        return f"{self.field}: {self.why}" if self.field else self.why
