"""Give the settings that an installation makes by itself, so that some channels are there with nothing to set up."""

import base64
import hmac
from typing import Any

from services.oncall.push_subscription import CHANNEL, derived_key, subject_of
from services.security.secret import Secret


def homemade(secret: Secret, base_url: str) -> dict[str, dict[str, Any]]:
    """Give settings by channel that follow from the installation's secret and its address, for `set_up`."""
    keys = [f"whsec_{base64.b64encode(hmac.digest(one, b'webhook', 'sha256')).decode()}" for one in secret.live]
    return {
        # Receivers hold this key: it stays derived as 0.1 derived it (docs/decisions/0033).
        "webhook": {"secret": keys[0], "secret_before": keys[1] if keys[1:] else ""},
        CHANNEL: {"secret": derived_key(secret), "subject": subject_of(base_url)},
    }
