"""Read the CVEW table of others (CSIS Indonesia 2022) as labels. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Forms of the CVEW codebook (CSIS Indonesia 2022) and ours that say the same.
CVEW_FORMS: dict[str, tuple[str, ...]] = {
    "SERANGAN TANPA SENJATA": ("PENGEROYOKAN", "PERKELAHIAN", "BENTROK", "HAKIM-MASSA", "KERUSUHAN"),
    "SERANGAN BERSENJATA": ("PENGEROYOKAN", "BENTROK", "PERKELAHIAN", "HAKIM-MASSA", "TEROR", "PEMBAKARAN"),
    "SERANGAN INFRASTRUKTUR/PENUTUPAN PAKSA": (
        "PERUSAKAN", "PEMBAKARAN", "SEGEL", "BLOKADE", "PEMBUBARAN", "SWEEPING", "KERUSUHAN",
    ),
    "INTIMIDASI MASSA/PUBLIK": ("INTIMIDASI", "UNRAS", "SWEEPING", "AJAKAN", "PENGEROYOKAN", "BLOKADE"),
    "PESAN ULTIMATUM": ("INTIMIDASI", "AJAKAN"),
    "PENCULIKAN/PENGURUNGAN": ("PENYANDERAAN",),
    "PENGEBOMAN/LEDAKAN": ("TEROR",),
}  # fmt: skip
CVEW_ISSUES: dict[str, tuple[str, ...]] = {
    "ISU MAIN HAKIM SENDIRI": ("MHS", "WRG"),
    "ISU SUMBER DAYA": ("AGR", "TAM", "NEL", "IND", "EKO", "BTS"),
    "ISU IDENTITAS": ("SLT", "WRG", "AGM", "ETN", "ORM", "ASG"),
    "ISU TATA KELOLA PEMERINTAH": ("UNR", "DES", "EKO", "BTS"),
    "ISU PEMILIHAN DAN JABATAN": ("POL", "DES"),
    "ISU SEPARATISME": ("RAD",),
    "ISU TERORISME": ("RAD",),
}
UNKNOWN = -99


def from_cvew(rows: Iterable[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """Give rows of a CVEW table (columns of the CSIS data set) as labels with `text`; unknown (-99) is left out."""
    for number, row in enumerate(rows, start=1):
        label: dict[str, Any] = {"id": f"{row['incident_id']}-{number}", "text": row["inc_desc"]}
        forms, issues = CVEW_FORMS.get(row["violence_form1"]), CVEW_ISSUES.get(row["issue_type1"])
        if forms:
            label |= {"form": forms[0], "form_accept": list(forms)}
        if issues:
            label |= {"issue": issues[0], "issue_accept": list(issues)}
        for name, column in (("killed", "num_death"), ("injured", "num_injured")):
            value = int(row[column] or 0)
            if value != UNKNOWN:
                label[name] = value
        yield label
