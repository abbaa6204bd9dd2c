"""What a request may not do: fail, tell of the inside, let anybody in, or change the house."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from command_center.domain.people import Session
from command_center.storage.engines import read_transaction
from command_center.storage.tables import METADATA
from command_center.use_cases.door_steps import CODE, set_step
from command_center.use_cases.sign_in import session_id, sign_in
from tests.fuzz.asking import Answer, Asked, Asker
from tests.fuzz.house import PASSWORD, House

_OPEN: Final = (
    "/login",
    "/open",
    "/logout",
    "/healthz",
    "/sign-in.css",
    "/passkey.js",
    "/invited",
    "/_stcore/health",
    "/static/",
    "/app/static/",
    "/api/v1/",
)
_INSIDE: Final = (b"Traceback", b"site-packages", b"command_center/", b"sqlite3", b'.py"', b"hash_password")
# Tries at the door are counted; nothing else is written for a stranger.
_COUNTED: Final = frozenset({"sign_in_attempts", "door_steps"})
# What whoever holds the crisis lead's session does in earnest.
_MEANT: Final[Mapping[str, frozenset[str]]] = {
    "/logout": frozenset({"sessions", "log"}),
    "/export/": frozenset({"log", "sessions", "requests"}),
    "/second-factor": frozenset({"sessions"}),
}


@dataclass(slots=True)
class Watcher:
    """Knows the house's state and the cookies that stand for somebody or nobody."""

    house: House
    asker: Asker
    cookies: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    version: int = -1

    def __post_init__(self) -> None:
        """Make the cookies and look at the state once."""
        ctx, now = self.house.ctx, self.house.ctx.now()
        with ctx.store.writing() as work:
            for name, ended, age in (("@ended", now, 0), ("@old", None, 3)):
                begun = now - timedelta(days=age)
                work.put(
                    Session(
                        id=session_id(name * 9),
                        person_id=self.house.lead.id,
                        created_at=begun,
                        seen_at=begun,
                        ended_at=ended,
                    )
                )
            step = set_step(work, CODE, self.house.lead.id, now)
        self.cookies = {"@ended": "@ended" * 9, "@old": "@old" * 9, "@step": step, "@foreign": "b" * 43}
        self.cookies |= {"@valid": "", "@hash": "", "@twice": ""}
        self.sign_in()
        self.before = self._state()

    def sign_in(self) -> None:
        """Begin a session that counts."""
        token = sign_in(self.house.ctx, "kim", PASSWORD, "192.0.2.1")
        self.cookies |= {"@valid": token, "@hash": session_id(token), "@twice": f"x; one_voice_session={token}"}

    def renew(self) -> None:
        """Take the state as it is now for what may not change."""
        self.before = self._state()

    def check(self, asked: Asked) -> list[str]:
        """Ask, and return everything that is wrong with what came back."""
        filled = self._filled(asked)
        answer = self.asker.ask(filled)
        wrong = [answer.fault] if answer.fault else []
        signed_in = self._is_signed_in(filled)
        wrong += _of_socket(answer, signed_in=signed_in) if asked.kind == "websocket" else self._of_http(filled, answer)
        after = self._state()
        changed = {name for name in after if after[name] != self.before.get(name)}
        allowed = set(_COUNTED)
        if signed_in:
            allowed |= {table for start, tables in _MEANT.items() if asked.path.startswith(start) for table in tables}
        if changed - allowed:
            wrong.append(f"changed {sorted(changed - allowed)}")
        if "sessions" in changed:
            self.sign_in()
            after = self._state()
        self.before = after
        return wrong

    def _of_http(self, asked: Asked, answer: Answer) -> list[str]:
        wrong = []
        if not 200 <= answer.status < 500:
            wrong.append(f"status {answer.status}")
        if answer.headers.get("x-content-type-options") != "nosniff" or "content-security-policy" not in answer.headers:
            wrong.append("headers missing")
        if any(inside in answer.body for inside in _INSIDE) and not asked.path.startswith(("/static", "/app/static")):
            wrong.append("tells of the inside")
        if b"<script>alert(1)</script>" in answer.body:
            wrong.append("markup from the request")
        if not self._is_signed_in(asked) and not asked.path.startswith(_OPEN) and answer.status < 300:
            wrong.append("let in a stranger")
        if answer.headers.get("location", "/").startswith(("//", "http", "\\")):
            wrong.append("leads elsewhere")
        return wrong

    def _is_signed_in(self, asked: Asked) -> bool:
        token = self.cookies["@valid"].encode()
        return any(name.lower() == b"cookie" and token in value for name, value in asked.headers)

    def _filled(self, asked: Asked) -> Asked:
        words = {
            b"@lead": self.house.lead.id.encode(),
            b"@session": self.cookies["@hash"].encode(),
            b"@bearer": self.house.bearer.encode(),
            **{name.encode(): value.encode() for name, value in self.cookies.items()},
        }
        headers = tuple((name, _replaced(value, words)) for name, value in asked.headers)
        return Asked(method=asked.method, address=asked.address, headers=headers, parts=asked.parts, kind=asked.kind)

    def _state(self) -> dict[str, str]:
        """Return a digest of each table; the log's tables count as one."""
        version = self.house.ctx.store.version()
        if version == self.version:
            return self.before
        self.version, made = version, dict[str, str]()
        # By the store's own library: a second one in this process would let go of its locks.
        with read_transaction(self.house.engine) as store:
            for table in METADATA.sorted_tables:
                rows = sorted(map(repr, store.execute(table.select())))
                called = "log" if table.name.startswith("log_") else table.name
                made[called] = made.get(called, "") + hashlib.sha256("".join(rows).encode()).hexdigest()
        made.pop("store_version")
        return made


def _replaced(value: bytes, words: Mapping[bytes, bytes]) -> bytes:
    for name, meant in words.items():
        value = value.replace(name, meant)
    return value


def _of_socket(answer: Answer, *, signed_in: bool) -> list[str]:
    if answer.accepted and not signed_in:
        return ["a stranger's socket was accepted"]
    return [] if answer.accepted or answer.closed >= 0 else ["neither accepted nor closed"]
