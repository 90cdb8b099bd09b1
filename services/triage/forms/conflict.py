"""Tell conflict from accidents, ceremonies, sport, plain crime, talk and keeping the peace. Pure."""

from collections.abc import Mapping

from services.triage.deeds.frames import MISHAPS, Frames
from services.triage.forms.known import KnownForms
from services.triage.forms.tally import STRONG, Tally


def is_conflict(known: KnownForms, form: str, tally: Tally, frames: Frames, *, ahead: bool, cause: bool) -> bool:
    """Tell conflict from accidents, ceremonies, sport, plain crime, talk and keeping the peace."""
    violent, public = _active(known, tally)
    everyday, total = frames.everyday(), sum(frames.benign.values())
    if violent + public:  # "situasi aman" after what was done says how it is by now
        total -= frames.benign.get("nil", 0.0)
    soft = sum(tally.done.get(one, 0.0) for one in known.having("tension", "breach")) if cause else 0.0
    if everyday and not frames.broken and violent + public + soft < everyday:
        return False
    if not total or (known.has(form, "mob") and not ahead):
        return True
    if ahead:
        return _is_likely(known, form, tally, frames, total)
    if violent + public:
        denied = known.has(form, "rumour") and frames.kind == "prevention"  # at a meeting for peace
        return violent + public > total if denied else _outweighs(known, tally, frames, violent, public, total)
    soft = sum(tally.done.get(one, 0.0) for one in known.having("tension", "breach", "assembly", "threat"))
    soft += STRONG if cause and tally.told.get(known.tension) and frames.kind == "prevention" else 0.0
    private = frames.kind == "private"  # a married couple quarrels
    return (soft >= total and not private) or (tally.feared and frames.kind in {"prevention", "ceremony"})


def _active(known: KnownForms, tally: Tally) -> tuple[float, float]:
    """Give what is told as done: what is violent, and what else is done in public."""
    strong = tally.strong
    violent = sum(strong.get(one, 0.0) for one in known.having("violent"))
    violent += sum(tally.done.get(one, 0.0) - strong.get(one, 0.0) for one in known.having("brawl"))
    quiet = known.having("violent", "tension", "breach")
    return violent, sum(weight for one, weight in strong.items() if one not in quiet)


def _is_likely(known: KnownForms, form: str, tally: Tally, frames: Frames, total: float) -> bool:
    """Tell whether what is planned or feared outweighs what is said of keeping the peace."""
    likely = sum(tally.ahead.values()) + sum(tally.done.values())
    planned = known.has(form, "assembly") and likely >= total
    return frames.kind == "crime" or likely >= 2 * total or planned or tally.feared


def _outweighs(known: KnownForms, tally: Tally, frames: Frames, violent: float, public: float, total: float) -> bool:
    """Tell whether what was done outweighs the mishap or the crime that a report speaks of."""
    if frames.kind in MISHAPS and not any(tally.strong.get(one) for one in known.having("group", "fire")):
        return _angry(known, tally) or violent + public >= total
    by_residents = any(one.by_crowd for deeds in tally.told.values() for one in deeds)
    if frames.kind in {"crime", "private"} and not (by_residents or _by_many(known, tally.strong)):
        return violent >= total
    return violent > 0 or (violent + public) * 2 >= total


def _angry(known: KnownForms, tally: Tally) -> bool:
    """Tell whether people answer a mishap: by a protest, or by a road that residents close or want something by."""
    if any(tally.strong.get(one) for one in known.having("assembly", "raid")):
        return True
    closures = [one for one in known.having("closure") if tally.strong.get(one)]
    blocked = [one for form in closures for one in tally.told.get(form, ()) if "crowd" not in one.deed.by]
    by_people = any(one.by_crowd for one in blocked)  # "memblokir", not "menutup jalan" for a fallen tree
    wanted = tally.done.get(known.tension, 0.0) + tally.ahead.get(known.tension, 0.0)
    return bool(closures) and (wanted > 0 or by_people)


def _by_many(known: KnownForms, strong: Mapping[str, float]) -> bool:
    many = known.having("group", "assembly", "convoy", "closure", "raid", "call", "rumour") - known.having("assault")
    return any(strong.get(one) for one in many)
