"""Put a judgement into words for the officer who must sign it, and write the page that teaches how a score comes about.

`python -m services.triage.evaluation.explain` prints docs/scoring.md from the district file and this code.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.assessment import Assessment, Count, Reason
from schemas.district import District
from schemas.messages import ReportIn
from schemas.policy.scoring import SeverityPolicy
from schemas.vocabulary import Basis, Handling, Level, Stage
from schemas.words.explanations import KEYS, explained
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor

STAGES = {
    Stage.POTENTIAL: "potensi, belum terjadi",
    Stage.ONGOING: "sedang berlangsung",
    Stage.OCCURRED: "sudah terjadi",
    Stage.RESOLVED: "sudah selesai",
}
HANDLINGS = {
    Handling.SEND_NOW: "kirim sekarang",
    Handling.SEND_AND_VERIFY: "kirim ke penanggung jawab dan verifikasi cepat",
    Handling.VERIFY_FIRST: "verifikasi dulu",
    Handling.SEND: "kirim normal",
}
COMPONENTS = {
    "korban": "korban",
    "bentuk": "bentuk",
    "senjata": "senjata",
    "kerusakan": "kerusakan dan pengungsian",
    "massa": "massa",
    "pemicu": "pemicu identitas",
    "ajakan": "ajakan",
    "waktu": "waktu",
    "sebaran": "sebaran",
    "pengulangan": "pengulangan 90 hari",
    "konteks": "masa atau tempat rawan",
    "batas bawah": "batas bawah",
    "batas atas": "batas atas",
}
_COUNTS = (
    ("killed", "meninggal"),
    ("badly_injured", "luka berat"),
    ("injured", "luka"),
    ("crowd", "massa"),
    ("held", "diamankan"),
)


def explain(assessment: Assessment, text: str, district: District) -> str:
    """Explain one judgement in Indonesian: what was understood, each point with its words, what is missing."""
    return "\n".join(_explained(assessment, text, district))


def _explained(told: Assessment, text: str, district: District) -> Iterator[str]:
    if not told.conflict:
        yield "Bukan peristiwa konflik: tidak ada kekerasan, ketegangan, atau ajakan yang dilaporkan."
        yield f"Tingkat {told.level.name}, nilai {told.score}. Nilai baket {told.rating}, keyakinan {told.confidence}."
        return
    issue, form = district.issues.get(told.issue), district.forms.get(told.form)
    second = district.issues.get(told.issue_secondary) if told.issue_secondary else None
    yield f"Tingkat {told.level.name}, nilai {told.score} dari 100."
    yield (
        f"Jenis masalah: {issue.label_id if issue else told.issue}"
        + (f" (juga: {second.label_id})" if second else "")
        + f". Bentuk: {form.label_id if form else told.form}. Keadaan: {STAGES[told.stage]}."
    )
    yield f"Tempat: {_place(told, district)}. Waktu: {_time(told, district)}."
    facts = [f"{label} {_range(count)}" for name, label in _COUNTS if (count := getattr(told.facts, name)) is not None]
    if facts:
        yield f"Angka: {', '.join(facts)}."
    yield "Asal nilai:"
    for reason in told.reasons:
        component = COMPONENTS.get(reason.component, reason.component)
        yield f"  {reason.points:+d} {component}: {explained(reason.rule)}{_words(reason, text)}"
    yield (
        f"Nilai baket {told.rating}, keyakinan {told.confidence} dari 100: {HANDLINGS[told.handling]}. "
        "Keyakinan tidak mengubah tingkat."
    )
    if told.missing:
        yield f"Belum diketahui: {'; '.join(explained(one) for one in told.missing)}."


def _words(reason: Reason, text: str) -> str:
    quoted = list(dict.fromkeys(text[start:end].strip() for start, end in reason.spans))
    return f" - dari kata {', '.join(f'“{words}”' for words in quoted)}" if quoted else ""


def _range(count: Count) -> str:
    if count.max is None:
        return f"{count.min} atau lebih"
    return str(count.min) if count.max == count.min else f"{count.min} sampai {count.max}"


def _place(told: Assessment, district: District) -> str:
    place = told.place
    if place.candidates:
        names = [district.places[code].name for code in place.candidates if code in district.places]
        return f"belum pasti, mungkin {' atau '.join(dict.fromkeys(names))}"
    parts = [f"Desa {place.desa_name}"] if place.desa_name else []
    parts += [f"Kecamatan {place.kecamatan_name}"] if place.kecamatan_name else []
    known = ", ".join(parts) or "kecamatan belum diketahui"
    return known + (f" (bertentangan: {explained(place.contradiction)})" if place.contradiction else "")


def _time(told: Assessment, district: District) -> str:
    if told.occurred.start is None:
        return "tidak disebut"
    local = told.occurred.start.astimezone(ZoneInfo(district.timezone))
    return f"{local:%d-%m-%Y pkl %H.%M} WIB"


# -- the page -------------------------------------------------------------------------------------------------------

EXAMPLES: tuple[tuple[str, ReportIn, datetime, str], ...] = (
    (
        "Bentrok dua perguruan, korban dan senjata tajam",
        ReportIn(
            text=(
                "Lapor ndan, td malem jm 23.15 di Ds. Kebonagung Kec. Rengel tawuran 2 klpk pesilat, massa kurleb "
                "80 org, "
                "bbrp bw celurit. 3 org luka bacok dibawa ke puskesmas, msh kejar2an, mohon bantuan."
            ),
            basis=Basis.SAW,
        ),
        datetime.fromisoformat("2026-11-24T23:40:00+07:00"),
        "B",
    ),
    (
        "Unjuk rasa damai: hak yang dilindungi",
        ReportIn(
            text=(
                "Besok Rabu pkl 09.00 ratusan buruh akan unjuk rasa damai di depan kantor Pemkab Tuban, menuntut upah "
                "sesuai UMK. Surat pemberitahuan sudah masuk Polres, korlap kooperatif."
            ),
            basis=Basis.WITNESS,
        ),
        datetime.fromisoformat("2026-11-24T15:00:00+07:00"),
        "C",
    ),
    (
        "Ajakan di media sosial, sumber lemah",
        ReportIn(
            text=(
                "Ono postingan nang grup WA ngajak tawuran mengko bengi jam 12 nang Proliman Rekol Soko, jare sing "
                "wani "
                "gowo barang. Wis dishare ratusan wong, durung ono kejadian."
            ),
            basis=Basis.SOCIAL_MEDIA,
        ),
        datetime.fromisoformat("2026-11-24T19:00:00+07:00"),
        "F",
    ),
)


def page(district: District) -> str:
    """Write docs/scoring.md."""
    return "\n".join([*_page(district)]) + "\n"


def _page(district: District) -> Iterator[str]:
    policy = district.severity
    yield "# Bagaimana nilai dihitung"
    yield ""
    yield "<!-- Written by `python -m services.triage.evaluation.explain`:"
    yield "     change the district file or the code, not this page -->"
    yield ""
    yield f"Ruleset `{district.ruleset}`, {district.name}. Tabel di bawah adalah kebijakan dinas, bukan undang-undang; "
    yield "angkanya diatur di `district.toml`. Mesin memberi saran, petugas yang memutuskan: setiap nilai bisa diubah "
    yield "petugas dengan alasan, dan nilai mesin tetap terlihat di sampingnya."
    yield ""
    yield "Dua angka yang tidak pernah dikalikan: **tingkat kerawanan** (seberapa buruk) dan **keyakinan** (seberapa "
    yield "pasti). Sumber yang lemah tidak menurunkan tingkat. Nama kelompok tidak pernah memberi nilai."
    yield ""
    yield from _tables(policy)
    yield _LIMITS
    yield "## Tiga contoh"
    yield ""
    yield "Laporannya rekaan; hasilnya dihitung oleh program ini sendiri."
    assessor = Assessor(district)
    for title, report, filed_at, reliability in EXAMPLES:
        told = assessor.assess(report, filed_at=filed_at, reliability=reliability)
        yield ""
        yield f"### {title}"
        yield ""
        yield f"> {report.text}"
        yield ""
        yield "```"
        yield explain(told, report.text, district)
        yield "```"


def _tables(policy: SeverityPolicy) -> Iterator[str]:
    yield "## Sebelas komponen"
    yield ""
    yield "| komponen | paling tinggi | nilai |"
    yield "|---|--:|---|"
    tables: dict[str, dict[str, int] | dict[int, int]] = {
        "korban": policy.korban,
        "senjata": policy.senjata,
        "kerusakan": policy.kerusakan,
        "massa": policy.massa,
        "pemicu": policy.pemicu,
        "ajakan": policy.ajakan,
        "waktu": policy.waktu,
        "sebaran": policy.sebaran,
        "pengulangan": policy.pengulangan,
        "konteks": policy.konteks,
    }
    for component, most in policy.maximum.items():
        table = tables.get(component)
        points = (
            ", ".join(f"{_key(component, key)} {value}" for key, value in table.items())
            if table
            else "menurut bentuknya"
        )
        yield f"| {COMPONENTS[component]} | {most} | {points} |"
    yield ""
    bounds = ", ".join(f"{level.name} mulai {bound}" for level, bound in sorted(policy.bounds.items()))
    yield f"Tingkat: {bounds}."
    yield ""


def _key(component: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{key} orang atau lebih" if component == "massa" else f"{key} kali"
    return "1-2 luka ringan" if (component, key) == ("korban", "light") else KEYS[key][0] if key in KEYS else key


_LIMITS = f"""## Batas bawah dan batas atas

- **{Level.KRITIS.name}** paling rendah: ada yang meninggal karena kekerasan; senjata api atau bahan peledak; kekerasan
  SARA dengan api atau terhadap rumah ibadah; kekerasan yang berlangsung dengan 200 orang atau lebih. Berlangsung:
  laporan mengatakannya, atau waktunya tidak disebut dan belum dikatakan reda.
- **{Level.TINGGI.name}** paling rendah: kekerasan yang berlangsung dengan 50 orang atau lebih; kekerasan dengan senjata
  tajam; kekerasan antarkelompok atau oleh kelompok yang belum didamaikan, karena balasan masih mungkin; penyanderaan;
  ajakan kekerasan dalam 24 jam dengan massa; kekerasan dengan pemicu SARA; pembakaran; 200 orang atau lebih dari
  luar kabupaten pada masa rawan. Yang dicegah, direncanakan, atau sudah didamaikan tidak mendapat batas ini.
- **{Level.SEDANG.name}** paling rendah: kekerasan terhadap orang atau barang (gangguan nyata).
- Satu tingkat di atas hitungan, paling tinggi **{Level.TINGGI.name}**: para pembaca menilai laporan dengan kata-kata
  serupa setinggi itu (`learned.json`). Kata yang paling menentukan disebut; tingkat tidak pernah turun karenanya.
- **{Level.SEDANG.name}** paling tinggi: unjuk rasa damai (UU 9/1998). Begitu ada korban, kekerasan, perusakan rumah
  atau fasilitas, atau ajakan kekerasan, itu bukan lagi unjuk rasa damai. Ultimatum saja tidak mengubahnya.
- Jalan, kantor, atau tempat usaha yang ditutup bernilai pada komponen kerusakan; blokade dan segel dianggap
  berlangsung sampai dikatakan dibuka atau disepakati.
"""


if __name__ == "__main__":
    print(page(load_district(default_folder())), end="")
