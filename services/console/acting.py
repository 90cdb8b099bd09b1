"""Turn a page's form into an act of services/acts.py."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.district import District
from schemas.records import Suggestion
from schemas.vocabulary import Duty, Level
from services import acts
from services.acts import Refused
from services.auth import Identity
from services.console.choosing import JUDGES
from services.console.queries import alerts_of, find
from services.console.reach import named_persons_only
from services.referrals import refer
from services.store import Unit

Form = Mapping[str, str]
SITREP_LIMIT = 8000  # characters, as of a report
REASON_LIMIT = 1000


def _acknowledge(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    stands_in = form.get("institution") not in (None, "", who.institution)
    answer = acts.acknowledge(
        unit,
        id_,
        who,
        institution=form.get("institution") or None,
        how="phone" if stands_in else "page",
        reason=form.get("reason", "")[:REASON_LIMIT] or None,
    )
    return "terima" if answer.first else "lagi"


def _report(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    acts.report_situation(
        unit, id_, who, form.get("text", "")[:SITREP_LIMIT], institution=form.get("institution") or None
    )
    return "lapjut"


def _verify(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    acts.verify(unit, id_, who, form.get("note", "")[:REASON_LIMIT])
    return "verifikasi"


def _escalate(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    acts.escalate(unit, id_, who, form.get("reason", "")[:REASON_LIMIT])
    return "eskalasi"


def _assess(unit: Unit, district: District, id_: str, who: Identity, form: Form) -> str:
    changes = changes_of({name: form[name] for name in ("issue", "form", "level") if form.get(name)}, district)
    acts.override(unit, id_, who, changes, form.get("reason", "")[:REASON_LIMIT])
    return "penilaian"


def _close(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    dismissed = form.get("outcome") == "dismissed"
    acts.close(unit, id_, who, form.get("reason", "")[:REASON_LIMIT], dismissed=dismissed)
    return "tutup"


def _reopen(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    acts.reopen(unit, id_, who, form.get("reason", "")[:REASON_LIMIT])
    return "buka"


def _merge(unit: Unit, district: District, id_: str, who: Identity, form: Form) -> str:
    reason, into = form.get("reason", "")[:REASON_LIMIT], form.get("into", "")
    if not reason:
        raise Refused("reason_required", "Penggabungan perlu alasan.")
    merge(unit, district, id_, into, who, reason)
    return "gabung"


def merge(unit: Unit, district: District, id_: str, into: str, who: Identity, reason: str) -> None:
    """Fold one incident into another that `who` may know of; raises Refused.

    A matter of named persons joins none that others read: its reports would be theirs to read.
    """
    one, other = (find(unit.session, who, district, code) for code in (id_, into))
    if one is None or other is None:
        raise Refused("not_found", "Peristiwa tujuan tidak ditemukan.")
    if named_persons_only(one, district) != named_persons_only(other, district):
        raise Refused("state", "Yang satu hanya untuk orang yang ditunjuk; samakan dulu jenis masalahnya.")
    acts.merge(unit, id_, into, who, reason)


def _split(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    reason = form.get("reason", "")[:REASON_LIMIT]
    if not reason:
        raise Refused("reason_required", "Pemisahan perlu alasan.")
    acts.split(unit, id_, who, reason)
    return "pisah"


def _differ(unit: Unit, _: District, id_: str, who: Identity, form: Form) -> str:
    suggestion = unit.session.get(Suggestion, form.get("suggestion", ""))
    if suggestion is None or id_ not in (suggestion.incident_id, suggestion.other_id):
        raise Refused("not_found", "Usulan tidak ditemukan atau sudah diputuskan.")
    if who.role not in JUDGES:
        raise Refused("not_yours", "Peran ini tidak dapat memutuskan usulan.")
    acts.refuse_merge(unit, suggestion.id, who)
    return "beda"


def _refer(unit: Unit, district: District, id_: str, who: Identity, form: Form) -> str:
    duty = Duty.INFORM if form.get("duty") == Duty.INFORM else Duty.SUPPORT
    refer(unit, district, id_, who, form.get("institution", ""), duty, form.get("reason", "")[:REASON_LIMIT])
    return "tambah"


def _see(unit: Unit, _: District, id_: str, who: Identity, __: Form) -> str:
    for alert in alerts_of(unit.session, [id_]).get(id_, ()):
        if alert.institution == who.institution and alert.unit in ("", who.unit):
            acts.see(unit, alert.id, who.id)
    return "dilihat"


ACTS: dict[str, Callable[[Unit, District, str, Identity, Form], str]] = {
    "terima": _acknowledge,
    "lapjut": _report,
    "verifikasi": _verify,
    "eskalasi": _escalate,
    "penilaian": _assess,
    "tutup": _close,
    "buka": _reopen,
    "gabung": _merge,
    "pisah": _split,
    "beda": _differ,
    "tambah": _refer,
    "dilihat": _see,
}


def perform(unit: Unit, district: District, id_: str, who: Identity, act: str, form: Form) -> str:
    """Do one act; returns the word of what was done. Raises Refused."""
    return ACTS[act](unit, district, id_, who, form)


def changes_of(given: Mapping[str, Any], district: District) -> dict[str, Any]:
    """Read an officer's values into columns of an incident; raises Refused when one is unknown or there is none.

    `level` is a name; `kecamatan` and `desa` are codes, and a desa brings its kecamatan.
    """
    changes: dict[str, Any] = {}
    for name, known in (("issue", district.issues), ("form", district.forms)):
        if value := given.get(name):
            if value not in known:
                raise Refused("reason_required", f"{name} tidak dikenal.")
            changes[name] = value
    if value := given.get("level"):
        if value not in Level.__members__:
            raise Refused("reason_required", "level tidak dikenal.")
        changes["level"] = int(Level[value])
    for name in ("kecamatan", "desa"):
        if value := given.get(name):
            place = district.places.get(value)
            if place is None or (name == "kecamatan") != (place.kind == "kecamatan"):
                raise Refused("reason_required", f"{name} tidak dikenal.")
            changes |= {name: value, "kecamatan": place.kecamatan or value, "kabupaten": place.kabupaten}
    if not changes:
        raise Refused("reason_required", "Belum ada nilai yang diubah.")
    return changes
