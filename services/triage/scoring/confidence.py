"""Say how sure: the Admiralty code and what confidence and level together ask for. Pure.

Reliability of the source (A-F) and credibility of the information (1-6) are kept apart; weak sourcing never lowers
severity. confidence = 100 x sqrt(r x c) with the district file's fractions.
"""

from math import sqrt

from schemas.policy.scoring import ConfidencePolicy
from schemas.vocabulary import Basis, Handling, Level

# A reporter picks a plain phrase; credibility follows from it. "Media sosial" also makes the source F.
CREDIBILITY = {Basis.SAW: "2", Basis.WITNESS: "3", Basis.HEARSAY: "4", Basis.SOCIAL_MEDIA: "6"}
UNKNOWN = "6"
CONFIRMED = "1"  # only through an independent report: another reporter, institution or channel


def rating(reliability: str, basis: Basis | None, *, corroborated: bool) -> str:
    """Give the two letters, for instance "B2"."""
    letter = "F" if basis is Basis.SOCIAL_MEDIA or reliability not in set("ABCDEF") else reliability
    numeral = CONFIRMED if corroborated else CREDIBILITY.get(basis, UNKNOWN) if basis else UNKNOWN
    return letter + numeral


def confidence(rated: str, policy: ConfidencePolicy) -> int:
    """Give the confidence 0-100 of a rating."""
    return round(100 * sqrt(policy.reliability[rated[0]] * policy.credibility[rated[1]]))


def handling(
    level: Level, sure: int, policy: ConfidencePolicy, *, life_in_danger: bool, nameless: bool = False
) -> Handling:
    """Say what to do: send now, send and verify, verify first, or send.

    Who gives no name is verified first, except where waiting could cost a life.
    """
    if life_in_danger:
        return Handling.SEND_NOW
    if level >= Level.TINGGI:
        return Handling.SEND_NOW if sure >= policy.send_now and not nameless else Handling.SEND_AND_VERIFY
    return Handling.VERIFY_FIRST if sure < policy.verify_first or nameless else Handling.SEND
