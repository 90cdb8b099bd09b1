"""Choose the form where nothing is told as done: what is planned, or what a deed most often is. Pure."""

from collections.abc import Sequence

from services.triage.deeds.tuples import Tuple
from services.triage.forms.known import KnownForms
from services.triage.forms.tally import STRONG, Tally
from services.triage.text.morphology import Voice
from services.triage.text.polarity import AHEAD, BACKGROUND, CALLED, HOAX, NEGATED


def told_as_planned(known: KnownForms, tally: Tally) -> str | None:
    """Give the form of what is only planned, feared or forbidden."""
    ahead = tally.ahead
    likely = [
        form
        for form in ahead
        if known.named[form].traits & {"assembly", "closure", "convoy", "call", "raid"} and ahead[form] >= STRONG
    ]
    if likely:
        return max(likely, key=lambda form: (known.has(form, "assembly"), known.named[form].rank))
    if ahead:
        return known.tension
    return known.only("rumour") if tally.hoax else None


def of_a_deed(known: KnownForms, told: Sequence[Tuple]) -> str | None:
    """Give the form of a deed that something was done by, whatever it was done to; of any other, tension."""
    if any(one.mark & CALLED and known.named.get(one.deed.usual, None) for one in told):
        return known.only("call")  # a leaflet: "Usir pendatang!"
    unsaid = NEGATED | HOAX | AHEAD | BACKGROUND
    open_ = [one for one in told if not (one.mark & unsaid or one.excused or one.deed.vague)]
    usual = [form for one in open_ if known.named.get(form := _usual(one))]
    if usual:
        return max(usual, key=lambda form: known.named[form].rank)
    return known.tension if open_ else None


def _usual(one: Tuple) -> str:
    """Give the form that a deed most often is, where somebody did it on purpose to nothing that excuses it."""
    excused = one.target is not None and not one.deed.forms.get(one.target, "-")
    excused = excused or (one.agent == "official" and not one.deed.officials)
    return "" if excused or one.voice not in {Voice.ACTIVE, Voice.PASSIVE} else one.deed.usual
