"""Hold the codes of a command line against the district, before anything is made that nobody could use."""

from collections.abc import Sequence

from schemas.district import District


def unknown_in(
    district: District, institution: str | None, unit: str | None = None, issues: Sequence[str] | None = None
) -> str | None:
    """Say which code the district does not know, and which it does where those are few."""
    if institution and institution not in district.institutions:
        return f"Unknown institution {institution}; the district file knows {', '.join(district.institutions)}."
    if unit and unit not in district.places:
        return f"Unknown unit {unit}: it is the code of a kecamatan, desa or kelurahan, for instance 35.23.11."
    if strange := [code for code in issues or () if code not in district.issues]:
        return f"Unknown issue {', '.join(strange)}; the district file knows {', '.join(district.issues)}."
    return None
