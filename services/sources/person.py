"""Say which person a report is from, in one spelling, whichever way it came. Pure.

A telephone number is the person wherever there is one; then a mail address; then the contact as it was written; then
the account or key that filed it. Nobody stands behind a report that has none of these.
"""

import re

from schemas.messages import ReportIn, Source
from services.web.phone_numbers import e164

NAMELESS = "anonymous"  # reporter of what was filed without a key or without a name
ERASED = "erased"  # reporter of what was erased, and the beginning of a handle that belongs to nobody any more
PROGRAMS = frozenset({NAMELESS, "canary", "drill", "local"})  # of this installation: nobody's identity
_DIGITS = re.compile(r"\+?\d[\d .()/-]{6,20}\d")
_MAIL = re.compile(r"(?<![^\s@<>(),;:])[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:]+")


def spelt(given: str) -> str:
    """Give the one spelling of a person named by number, mail address, gateway's sender or name.

    >>> spelt("Budi, 0812-0000-4821"), spelt("sms:+6281200004821"), spelt("Budi <BUDI@contoh.id>"), spelt(" Budi  S")
    ('tel:+6281200004821', 'tel:+6281200004821', 'mail:budi@contoh.id', 'name:budi s')
    """
    for match in _DIGITS.finditer(given):
        if number := e164(match[0]):
            return f"tel:{number}"
    if found := _MAIL.search(given):
        return f"mail:{found[0].lower()}"
    return f"name:{' '.join(given.lower().split())}"


def of_report(report: ReportIn, source: Source) -> str | None:
    """Give the one spelling of who told a report, None where nobody stands behind it."""
    return of(source.reporter, report.contact)


def of(reporter: str, contact: str | None) -> str | None:
    """Give the one spelling of a reporter with a contact, None where nobody stands behind them."""
    if contact and contact.strip():
        return spelt(contact)
    if ":" in reporter:  # "sms:+62812...", as a gateway names its sender
        return spelt(reporter)
    return None if reporter in PROGRAMS else f"key:{reporter}"


def spellings(given: str) -> tuple[str, ...]:
    """Give every spelling under which a person who is looked for may be kept: a number, a mail address, a name, a key.

    >>> spellings("0812 0000 4821"), spellings("demo")
    (('tel:+6281200004821',), ('name:demo', 'key:demo'))
    """
    one = spelt(given)
    return (one, f"key:{given.strip()}") if one.startswith("name:") else (one,)
