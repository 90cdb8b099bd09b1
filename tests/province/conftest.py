"""A hub that runs, in the clear or over TLS; lines and readers that are closed when the test is over."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.province.servers import Province

CERTIFICATES = Path(__file__).resolve().parents[2] / "deploy" / "certificates"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run([sys.executable, str(CERTIFICATES), str(folder), "hub"], check=True)
    return folder


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    """Give a hub that runs, in the clear; no leaf node yet."""
    found = Province(tmp_path)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def secured(tmp_path: Path, certificates: Path) -> Iterator[Province]:
    """Give a hub that speaks TLS alone."""
    for name in ("hub.pem", "hub.key", "ca.pem"):
        (tmp_path / name).write_bytes((certificates / name).read_bytes())
    found = Province(tmp_path, authority=str(tmp_path / "ca.pem"))
    found.start()
    yield found
    found.stop()


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[Callable[[Any], Any]]:
    """Open lines and hubs, and close them when the test is over."""
    kept: list[Any] = []

    async def _open(one: Any) -> Any:
        await one.open()
        kept.append(one)
        return one

    yield _open
    for one in kept:
        await one.close()
