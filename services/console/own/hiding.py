"""Show an address so that its owner knows it again and whoever looks over his shoulder does not learn it. Pure."""

from urllib.parse import urlsplit

from services.push import CHANNEL

DOTS = "••••"
HEAD, TAIL = 6, 2  # signs of a telephone number that are left


def shown(channel: str, address: str, label: str = "") -> str:
    """Give what the page says of an address; `label` is what its owner calls a device.

    >>> shown("email", "piket.polres@tuban.example"), shown("sms_android", "+6281234567890")
    ('p••••@tuban.example', '+62812••••90')
    >>> shown("webhook", "https://sink.example/x?y=1"), shown("apprise", "slack://T1/B2/C3"), shown("ntfy", "rahasia")
    ('sink.example', 'slack', 'rah••••')
    >>> shown("webpush", "https://fcm.googleapis.com/fcm/send/abc#p256dh=B", "Chrome, Android")
    'Chrome, Android'
    """
    if channel == CHANNEL:
        return label or _host(address)
    if "://" in address:
        return _host(address) if address.startswith("http") else address.partition("://")[0]
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}{DOTS}@{domain}"
    if address.startswith("+"):
        return f"{address[:HEAD]}{DOTS}{address[-TAIL:]}"
    return f"{address[:3]}{DOTS}"


def _host(address: str) -> str:
    return urlsplit(address).hostname or DOTS
