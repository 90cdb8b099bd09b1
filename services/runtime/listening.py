"""Say why an address cannot be listened at, before anything is started that would.

Only the standard library is imported here: `up` holds it in memory for as long as it runs.
"""

import errno
import socket
from enum import Enum


class Fault(Enum):
    """Why nobody can listen there: no address of this machine, another program does, or it is not allowed."""

    ADDRESS = "address"
    TAKEN = "taken"
    FORBIDDEN = "forbidden"


def fault_of(host: str, port: int) -> Fault | None:
    """Try to listen at an address, a name or, with "", everywhere, and let go again; None where one can."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):  # no such name; one that cannot be a name
        return Fault.ADDRESS
    faults = [_tried(family, address) for family, _, _, _, address in found]
    return next((fault for fault in faults if fault), None)


def _tried(family: int, address: tuple[str | int | bytes, ...]) -> Fault | None:
    try:
        probe = socket.socket(family, socket.SOCK_STREAM)
    except OSError:  # this machine speaks no IPv6: whoever listens passes over it as well
        return None
    with probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind(address)
        except OSError as error:
            known = {errno.EADDRINUSE: Fault.TAKEN, errno.EACCES: Fault.FORBIDDEN}
            return known.get(error.errno or 0, Fault.ADDRESS)
    return None


def sentence(fault: Fault, port: int, option: str, what: str = "pages") -> str:
    """Say a fault and what to do; `option` names what chooses the port.

    >>> sentence(Fault.TAKEN, 8080, "--port N")
    'Port 8080 for the pages is taken by another program. Choose another with --port N.'
    """
    if fault is Fault.TAKEN:
        return f"Port {port} for the {what} is taken by another program. Choose another with {option}."
    if fault is Fault.FORBIDDEN:
        return f"Port {port} for the {what} is not for this user. Choose one above 1023 with {option}."
    return f"KENTONGAN_HOST, or --host, is no address of this machine to serve the {what} at."
