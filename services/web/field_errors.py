"""Say what is wrong with one field of what somebody sent: where and why, never what it held. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


# Why a value was refused, by the kind of pydantic's error; braces hold what the error tells of the limit.
WHEN = "harus waktu RFC 3339 dengan zona, misalnya 2026-04-20T01:30:00+07:00"
_REASONS = {
    "missing": "wajib diisi",
    "extra_forbidden": "isian tidak dikenal",
    "model_type": "harus objek JSON",
    "model_attributes_type": "harus objek JSON",
    "string_type": "harus teks",
    "string_too_short": "tidak boleh kosong",
    "string_too_long": "paling panjang {max_length} huruf",
    "string_pattern_mismatch": "bentuk kode tidak benar",
    "int_type": "harus bilangan bulat",
    "int_from_float": "harus bilangan bulat",
    "int_parsing": "harus bilangan bulat",
    "int_parsing_size": "bilangan terlalu besar",
    "float_type": "harus bilangan",
    "finite_number": "harus bilangan yang terhingga",
    "bool_type": "harus true atau false",
    "bool_parsing": "harus true atau false",
    "list_type": "harus daftar",
    "dict_type": "harus objek JSON",
    "too_long": "paling banyak {max_length} butir",
    "greater_than_equal": "paling kecil {ge}",
    "less_than_equal": "paling besar {le}",
    "enum": "harus salah satu dari {expected}",
    "literal_error": "harus salah satu dari {expected}",
    "uuid_type": "harus UUID",
    "uuid_parsing": "harus UUID",
    "timezone_aware": "waktu harus memuat zona, misalnya +07:00",
    "rfc3339": WHEN,
    "value_error": "memuat huruf yang tidak dapat disimpan",  # our only ValueErrors: NUL and lone surrogates
}


def reason(kind: str, context: Mapping[str, Any]) -> str:
    """Say in Indonesian why a value was refused, without the value.

    >>> reason("literal_error", {"expected": "'a' or 'b'"}), reason("datetime_parsing", {}) == WHEN
    ("harus salah satu dari 'a' atau 'b'", True)
    """
    if kind.startswith("datetime"):
        return WHEN
    said = _REASONS.get(kind, "tidak sah")
    return said.format(**{name: str(value).replace(" or ", " atau ") for name, value in context.items()})
