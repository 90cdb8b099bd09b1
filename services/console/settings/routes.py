"""Name the addresses of the settings."""

from services.console.dependencies import Deps
from services.console.settings.drills import PAGE as DRILLS
from services.console.settings.drills import DrillPages
from services.console.settings.invitation import InvitationPages
from services.console.settings.keys import PAGE, KeyPages
from services.console.settings.letters import PAGE as LETTERS
from services.console.settings.letters import LetterPages
from services.console.settings.pages import SettingsPages
from services.console.settings.people import LIST, PeoplePages
from services.console.web.page_base import Endpoint, SignedInPages
from services.security.permissions import Act


def settings_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the settings, and of the page behind an invitation."""
    first, people = SettingsPages(deps, counter), PeoplePages(deps, counter)
    keys, invitation = KeyPages(deps, counter), InvitationPages(deps, counter)
    letters, drills = LetterPages(deps, counter), DrillPages(deps, counter)
    return (
        ("/pengaturan", "GET", first.first_day, Act.FIRST_DAY),
        ("/pengaturan/saluran", "GET", first.channels, Act.PEOPLE),
        ("/pengaturan/periksa", "GET", first.proof, Act.FIRST_DAY),
        (LIST, "GET", people.listed, Act.PEOPLE),
        (LIST, "POST", people.add, Act.PEOPLE),
        ("/pengaturan/orang-tabel", "GET", people.table, Act.PEOPLE),
        ("/pengaturan/orang-tabel", "POST", people.take, Act.PEOPLE),
        (f"{LIST}/{{id}}", "GET", people.one, Act.PEOPLE),
        (f"{LIST}/{{id}}/{{act}}", "POST", people.act, Act.PEOPLE),
        ("/pengaturan/alamat/{id}/{act}", "POST", people.address, Act.PEOPLE),
        (PAGE, "GET", keys.show, Act.PEOPLE),
        (PAGE, "POST", keys.add, Act.PEOPLE),
        (f"{PAGE}/{{id}}/cabut", "POST", keys.end, Act.PEOPLE),
        (DRILLS, "GET", drills.show, Act.DRILL),
        (DRILLS, "POST", drills.begin, Act.DRILL),
        (f"{DRILLS}/{{id}}", "GET", drills.sheet, Act.DRILL),
        (f"{DRILLS}/{{id}}/selesai", "POST", drills.end, Act.DRILL),
        (LETTERS, "GET", letters.show, Act.LETTERS),
        (f"{LETTERS}/{{id}}/ulang", "POST", letters.replay, Act.LETTERS),
        (f"{LETTERS}/{{id}}/buang", "POST", letters.drop, Act.LETTERS),
        (f"{LETTERS}/{{id}}/baca", "POST", letters.read, Act.READ_LETTER),
        ("/undangan/{token}", "GET", invitation.show, Act.OPEN),
        ("/undangan/{token}", "POST", invitation.accept, Act.OPEN),
    )
