"""Say everything the desk says: Indonesian first, English beside it; a file for each page's words. Pure."""

from typing import Final

from schemas.words.languages import LANGUAGES as LANGUAGES
from services.console.texts.account import OWN
from services.console.texts.admin.drills import DRILLS
from services.console.texts.admin.figures import FIGURES
from services.console.texts.admin.guides import HELP
from services.console.texts.admin.letters import LETTERS
from services.console.texts.admin.settings import SETTINGS
from services.console.texts.codes import NAMES
from services.console.texts.decisions import DECISIONS
from services.console.texts.incidents import SCREEN
from services.console.texts.office import OFFICE
from services.console.texts.officer import OFFICER
from services.console.texts.oncall import ROTA
from services.console.texts.queue import QUEUE
from services.console.texts.report import REPORTING
from services.console.texts.security import SECURITY
from services.console.texts.silences import BY_HAND
from services.console.texts.source import SOURCE
from services.console.texts.warnings.pages import WARNED
from services.web.localised import number

WORDS: Final = (
    SCREEN
    | BY_HAND
    | ROTA
    | OWN
    | REPORTING
    | OFFICER
    | OFFICE
    | QUEUE
    | SETTINGS
    | LETTERS
    | DRILLS
    | FIGURES
    | HELP
    | WARNED
    | SOURCE
    | DECISIONS
    | SECURITY
    | NAMES
)


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def say(key: str, language: str = "id", **facts: object) -> str:
    """Say one thing in one language; `n` of 1 takes the singular where there is one. Raises KeyError when unknown.

    >>> say("reports", "en", n=1), say("reports", "id", n=3)
    ('1 report', '3 laporan')
    >>> say("reports", "id", n=4070)
    '4.070 laporan'
    """
    if facts.get("n") == 1 and f"{key}.one" in WORDS:
        key = f"{key}.one"
    text = WORDS[key][LANGUAGES.index(language)]
    said = {name: number(fact, language) if type(fact) is int else fact for name, fact in facts.items()}
    return text.format_map(_Blank(said)).strip() if facts else text


def name(group: str, code: object, language: str = "id") -> str:
    """Name a code of the house, or give the code itself when nobody has named it yet.

    >>> name("level", "TINGGI"), name("channel", "semaphore")
    ('Tinggi', 'semaphore')
    """
    key = f"{group}.{code}"
    return WORDS[key][LANGUAGES.index(language)] if key in WORDS else str(code)
