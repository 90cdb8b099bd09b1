"""Say that an operation is refused: a code, its kind, and a sentence in both languages. Pure.

Every refusal of the product is a row of a table in `services/security/refusals`; pages, messages, programs and commands
take their words here.
"""

from typing import Final

from schemas.words.languages import LANGUAGES
from services.security.refusals import accounts, answers, doors, duty, files, incidents, office, warnings

TABLES: Final = (
    accounts.ROWS,
    answers.ROWS,
    doors.ROWS,
    duty.ROWS,
    files.ROWS,
    incidents.ROWS,
    office.ROWS,
    warnings.ROWS,
)
# Code of a refusal: its kind (what the door makes of it), the sentence in Indonesian, the sentence in English.
REFUSALS: Final[dict[str, tuple[str, str, str]]] = {code: row for table in TABLES for code, row in table.items()}


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The act is not possible; `code` is a key of `REFUSALS`, `reason` its kind, `detail` the Indonesian sentence.

    A fact may be a pair of words, Indonesian and English.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.reason = REFUSALS[code][0]  # "not_found", "not_yours", "state", "reason_required", or a standing
        self._facts = facts
        super().__init__(self.say())

    @property
    def detail(self) -> str:
        """The sentence in Indonesian, for programs and the record."""
        return self.say()

    def say(self, language: str = "id") -> str:
        """Say why in a language.

        >>> Refused("year_impossible", year="1812").say("en")
        'The year 1812 is not possible.'
        """
        which = LANGUAGES.index(language)
        said = {name: fact[which] if isinstance(fact, tuple) else fact for name, fact in self._facts.items()}
        return REFUSALS[self.code][1 + which].format(**said)
