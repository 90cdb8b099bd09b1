"""A small sign-in provider on a port of its own: discovery, keys, codes that count once, signed tokens.

What a test wants wrong is changed on it: claims, the key or algorithm of a token, what an address answers.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers import GENEROUS

CLIENT, WORD = "kentongan", "rahasia-klien-uji"


def _plain(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _coded(told: Any) -> str:
    return _plain(json.dumps(told).encode())


@dataclass
class SmallProvider:
    """What it knows and how it answers; `now` gives its own seconds since 1970."""

    now: Callable[[], float]
    url: str = ""
    keys: list[Any] = field(default_factory=lambda: [RSAKey.generate_key(2048, {"kid": "satu"}, auto_kid=False)])
    alg: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)  # over the usual ones; None takes one away
    raw: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # path -> answer instead of the usual
    signer: Any = None  # signs tokens instead of the first of the keys
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    said: int = 0  # words that a session is over
    farewell: bool = False  # whether people can sign out there

    def authorise(self, address: str) -> dict[str, str]:
        """Sign somebody in as a browser would; gives what it is sent back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = f"kode-{len(self.codes)}"
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    def token(self, query: dict[str, str]) -> str:
        now = int(self.now())
        claims = {"iss": self.url, "sub": "akun-1", "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": query["nonce"], "email": "ratna@tuban.example.go.id", "email_verified": True}
        return self.signed({name: value for name, value in (claims | self.claims).items() if value is not None})

    def over(self, **changed: Any) -> str:
        """Give the word that a session is over (Back-Channel Logout 1.0, 2.4); None takes a claim away."""
        now, self.said = int(self.now()), self.said + 1
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": f"kata-{self.said}"}
        claims |= {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
        return self.signed({name: value for name, value in (claims | changed).items() if value is not None})

    def signed(self, told: dict[str, Any]) -> str:
        if self.alg in ("none", "HS256"):
            plain = f"{_coded({'alg': self.alg, 'kid': self.keys[0].kid})}.{_coded(told)}"
            # The confusion of HS256 with RS256: the public key, which everybody has, as if it were a shared secret.
            signed = hmac.digest(self.keys[0].as_pem(private=False), plain.encode(), "sha256")
            return f"{plain}.{_plain(signed) if self.alg == 'HS256' else ''}"
        signer = self.signer or self.keys[0]
        kid = getattr(signer, "kid", None)
        header = {"alg": self.alg, **({"kid": kid} if kid else {})}
        return jwt.encode(header, told, signer, algorithms=[self.alg])

    def exchange(self, body: str, authorization: str) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        query = self.codes.pop(form.get("code", ""), None)
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{WORD}".encode()).decode()
        if query is None or authorization != expected or form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if _plain(hashlib.sha256(form["code_verifier"].encode()).digest()) != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(query), "access_token": "akses", "token_type": "Bearer"}

    def answer(self, path: str, body: str, authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            names += ("end_session_endpoint",) * self.farewell
            return 200, {"issuer": self.url, **{name: f"{self.url}/{name}" for name in names}}
        if path == "/jwks_uri":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/token_endpoint":
            return self.exchange(body, authorization)
        return 404, {}


@contextlib.contextmanager
def small_provider(now: Callable[[], float]) -> Iterator[SmallProvider]:
    """Run one."""
    known = SmallProvider(now)

    class Handler(BaseHTTPRequestHandler):
        def _say(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            path = urlsplit(self.path).path
            status, told = known.answer(path, body, self.headers.get("Authorization", ""))
            sent = json.dumps(told).encode()
            if path in known.raw:
                status, sent = known.raw[path]
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            if 300 <= status < 400:
                self.send_header("Location", f"{known.url}/jwks_uri")
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(sent)

        do_GET = do_POST = _say  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)  # its end is looked for so often
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join(GENEROUS)
