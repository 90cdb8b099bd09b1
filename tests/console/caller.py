"""A small HTTP client with a cookie jar that follows nothing by itself."""

import http.client
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.servers import GENEROUS


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str
    raw: bytes = b""  # of what is no text

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.body)
        assert found, "the page has no form"
        return found[1]


@dataclass
class Caller:
    url: str
    bearer: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    source: str = "127.0.0.1"  # the address of ours that it calls from
    csrf: str = ""  # of the session, for calls of the API

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.bearer:
            sent["Authorization"] = f"Bearer {self.bearer}"
        if self.csrf:
            sent["X-CSRF"] = self.csrf
        connection = http.client.HTTPConnection(
            urlsplit(self.url).netloc, timeout=GENEROUS, source_address=(self.source, 0)
        )
        try:
            connection.request(method, quote(path, safe="/?&=%:,;~+@"), body, sent)
            response = connection.getresponse()
            for line in response.headers.get_all("set-cookie") or ():
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value.strip('"')
            raw = response.read()
            headers = {k.lower(): v for k, v in response.getheaders()}
            return Answer(response.status, headers, raw.decode("utf-8", "replace"), raw)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def form(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urlencode(fields).encode(), sent)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        sent = {
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.ask("POST", path, json.dumps(body).encode(), sent)

    def sign_in(self, login: str, password: str) -> "Caller":
        answer = self.form("/masuk", {"login": login, "password": password, "ke": "/"})
        assert answer.status == 303, answer.body
        return self

    def act(self, incident: str, act: str, **fields: str) -> Answer:
        csrf = self.get(f"/peristiwa/{incident}").csrf
        return self.form(f"/peristiwa/{incident}/{act}", {"csrf": csrf, **fields})
