"""Name the languages in which the house speaks. The standard library only: `up` reads this and stays small."""

from typing import Final

LANGUAGES: Final = ("id", "en")  # the first is the house's own
