"""Read JSON that a stranger has sent: nesting, digits and numbers have bounds, and what is wrong is one error."""

from typing import Any

from pydantic_core import from_json


class UnreadableError(ValueError):
    """The bytes are no JSON that is taken: not UTF-8, nested too deep, or a number without an end."""


def read_json(raw: bytes | str) -> Any:
    """Give what the JSON says; raises UnreadableError, and nothing else whatever the bytes are.

    >>> read_json(b'{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    try:
        return from_json(raw, allow_inf_nan=False)
    except (ValueError, RecursionError) as error:  # pydantic's parser stops at 200 levels and at 4,300 digits
        raise UnreadableError("isi harus JSON dalam UTF-8") from error
