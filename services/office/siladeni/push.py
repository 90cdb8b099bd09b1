"""Send answers to an address of Siladeni's: JSON by POST, each part under a name that follows from its content."""

import aiohttp

from services.office.siladeni.hand_over import Owed
from services.office.siladeni.sources import SourceError


async def push(url: str, key: str, part: Owed) -> None:
    """Send one part: `{"kiriman": NAME, "jawaban": [{heading: cell}]}`; the name is the `Idempotency-Key` too.

    Raises SourceError unless the address says that it has it (2xx). A redirect is no such word, and is not followed.
    """
    headers = {"Idempotency-Key": part.name} | ({"Authorization": f"Bearer {key}"} if key else {})
    body = {"kiriman": part.name, "jawaban": [one.cells for one in part.rows]}
    timeout = aiohttp.ClientTimeout(total=60, connect=10)
    try:
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
            session.post(url, json=body, allow_redirects=False) as answer,
        ):
            if answer.status // 100 != 2:  # noqa: PLR2004 - the class of a status
                raise SourceError(f"Siladeni menjawab {answer.status}; dikirim lagi pada kesempatan berikut.")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SourceError(f"Siladeni tidak terjangkau ({type(error).__name__}).") from error
