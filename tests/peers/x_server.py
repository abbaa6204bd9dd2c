"""A little X on this machine: answers as X's public API description says, and breaks in every way X breaks.

``faults`` holds the names of what is wrong just now, ``script`` what goes wrong with each of the next requests:

- ``limit``, ``fail``, ``cut``, ``babble``, ``html``, ``slow``: too many requests, 503 with HTML, an answer broken off,
  broken JSON, HTML instead of JSON, an answer that drips;
- ``endless``, ``repeat``: pages that never end, a page that comes again and again;
- ``lost``: the post is made and the line breaks; ``expired``: the key is refused, with the key in the answer;
- ``forgetful``: no text is refused for being there already; ``strange``: errors in a form of their own.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from command_center.domain.text_length import x_length
from tests.peers.x_posts import Json, Person, Post, Posts, Shown, hours, stamp

OAUTH1 = {
    "consumer_key": "ck-nordwerk",
    "consumer_secret": "cs-very-secret",
    "access_token": "1001-at",
    "access_secret": "as-very-secret",
}
CLIENT, CLIENT_SECRET = "client-of-the-house", "cs-of-the-house"
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
UNAUTHORIZED = {"title": "Unauthorized", "type": "about:blank", "status": 401}
OPERAND = re.compile(r'(-?)(?:"([^"]*)"|([#@]?\w+))')


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request as it came and what was answered; ``body`` is the JSON or form that came with it."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    status: int
    answer: Any


class Problem(Exception):
    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status)
        self.status, self.body = status, body


class XServer:
    """The server; a context manager."""

    def __init__(self, names: str = "tweet") -> None:
        people = [
            Person(id="1001", username="nordwerk", name="Nordwerk AG", followers=52_000, about="Öfen & mehr"),
            Person(id="2002", username="kundin", name="Kundin", followers=310),
        ]
        self.posts = Posts({person.id: person for person in people})
        self.shown = Shown(self.posts, names)
        self.faults: set[str] = set()
        self.script: list[str] = []
        self.lines: list[str] = []
        self.access_level = "read-write"
        self.rules: list[Json] = []
        self.media: dict[str, str] = {}
        self.asked: list[Exchange] = []
        self.paths: list[str] = []
        self.bearers = {"bearer-of-the-app": ""}
        self.users = {"access-of-nordwerk": ("1001", SCOPES)}
        self.refresh_tokens = {"refresh-of-nordwerk": "1001"}
        self.codes: dict[str, Json] = {}
        self.generation = 0
        self.rest_seconds = 600
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.x = self
        self.base = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_down()

    def go_down(self) -> None:
        self.drop_lines()
        self._http.shutdown()
        self._http.server_close()

    def drop_lines(self) -> None:
        self.generation += 1

    def asked_for(self, path: str) -> list[Exchange]:
        return [exchange for exchange in self.asked if exchange.path == path]

    # What is answered, by route.

    def answer(  # noqa: C901 - one case for each route
        self, method: str, path: str, query: dict[str, str], body: Json, who: str
    ) -> tuple[int, Json]:
        parts = path.strip("/").split("/")[1:]
        match [method, *parts]:
            case ["GET", "tweets", "search", "recent"]:
                return 200, self._search(query)
            case ["GET", "tweets", "counts", "recent"]:
                return 200, self._counts(query)
            case ["GET", "tweets", "search", "stream", "rules"]:
                meta = {"sent": stamp(datetime.now(UTC)), "result_count": len(self.rules)}
                return 200, {**({"data": self.rules} if self.rules else {}), "meta": meta}
            case ["POST", "tweets", "search", "stream", "rules"]:
                return self._change_rules(body)
            case ["GET", "users", "me"]:
                return 200, {"data": self.shown.person(self.posts.people[who], _split(query).get("user.fields", []))}
            case ["GET", "users", "by", "username", name]:
                return 200, self._named(name)
            case ["GET", "users", identity, "tweets"]:
                return 200, self._page(query, lambda post: post.author.id == identity, least=5)
            case ["GET", "users", identity, "mentions"]:
                tag = "@" + self.posts.people[identity].username
                return 200, self._page(query, lambda post: tag in post.text, least=5)
            case ["GET", "tweets"]:
                return 200, self._by_ids(query)
            case ["POST", "tweets"]:
                return 201, self._create(body, who)
            case ["GET", "tweets", identity]:
                one = self.posts.standing.get(identity)
                if one is None:
                    return 200, {"errors": [self.shown.missing(identity, "id")]}
                return 200, {"data": self.shown.post(one, _split(query))}
            case ["DELETE", "tweets", identity]:
                return 200, self._delete(identity, who)
            case ["POST", "media", "upload"]:
                identity = str(9_000_000 + len(self.media))
                base64.b64decode(body["media"], validate=True)
                self.media[identity] = ""
                return 200, {
                    "data": {"id": identity, "media_key": f"3_{identity}", "expires_after_secs": 86400},
                    "meta": {},
                }
            case ["POST", "media", "metadata"]:
                self.media[body["id"]] = body["metadata"]["alt_text"]["text"]
                return 200, {"data": {"id": body["id"], "associated_metadata": {}}}
        raise Problem(404, {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Not Found"})

    def invalid(self, message: str, **parameters: str) -> Problem:
        errors = [{"parameters": {name: [value] for name, value in parameters.items()}, "message": message}]
        detail = "One or more parameters to your request was invalid."
        return Problem(400, {"errors": errors, **self.shown.problem("invalid-request", "Invalid Request", detail)})

    def _named(self, name: str) -> Json:
        for person in self.posts.people.values():
            if person.username == name:
                return {"data": self.shown.person(person, [])}
        return {"errors": [{**self.shown.missing(name, "username"), "resource_type": "user"}]}

    def _search(self, query: dict[str, str]) -> Json:
        since = int(query.get("since_id", "0"))
        week_ago = datetime.now(UTC) - timedelta(days=7)
        if since and (since >> 22) + 1_288_834_974_657 < week_ago.timestamp() * 1000:
            raise self.invalid("'since_id' must be a tweet id created after [the last 7 days].", since_id=str(since))
        if len(query["query"]) > 512:
            raise self.invalid("Invalid 'query': must not be greater than 512 characters", query=query["query"])
        return self._page(query, lambda post: matches(query["query"], post.text), least=10)

    def _page(self, query: dict[str, str], wanted: Callable[[Post], bool], *, least: int) -> Json:
        size = int(query.get("max_results", "10"))
        if not least <= size <= 100:
            raise self.invalid(f"The `max_results` query parameter value [{size}] is not between {least} and 100")
        if "timeless" in self.faults:
            query = {name: value for name, value in query.items() if name not in {"since_id", "start_time"}}
        since, until = int(query.get("since_id", "0")), int(query.get("until_id", str(1 << 63)))
        start = datetime.fromisoformat(query.get("start_time", "2000-01-01T00:00:00Z"))
        found = [
            post
            for post in self.posts.newest_first()
            if since < int(post.id) < until and (post.at >= start or since) and (post.raw is not None or wanted(post))
        ]
        token = query.get("next_token") or query.get("pagination_token") or ""
        if token and "repeat" not in self.faults and "endless" not in self.faults:
            found = [post for post in found if int(post.id) < int(token, 36)]
        page, rest = found[:size], found[size:]
        meta: Json = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if rest or self.faults & {"repeat", "endless"}:
            meta["next_token"] = _base36(int(page[-1].id)) if page else "b26v89c"
        if "endless" in self.faults:
            meta["next_token"] = _base36(time.monotonic_ns())
        return {**(self.shown.page(page, _split(query)) if page else {}), "meta": meta}

    def _counts(self, query: dict[str, str]) -> Json:
        name = f"{self.shown.names}_count"
        found = [post for post in self.posts.newest_first() if matches(query["query"], post.text)]
        rows = hours(found, name, datetime.now(UTC))
        return {"data": rows, "meta": {f"total_{name}": sum(row[name] for row in rows)}}

    def _by_ids(self, query: dict[str, str]) -> Json:
        ids = query["ids"].split(",")
        rows = [self.shown.post(self.posts.standing[one], _split(query)) for one in ids if one in self.posts.standing]
        errors = [self.shown.missing(one) for one in ids if one not in self.posts.standing]
        return {**({"data": rows} if rows else {}), **({"errors": errors} if errors else {})}

    def _create(self, body: Json, who: str) -> Json:
        text, parent = body.get("text", ""), body.get("reply", {}).get("in_reply_to_tweet_id", "")
        if not text.strip():
            raise self.invalid("text is required")
        if x_length(text) > 280:
            raise self.invalid("The text of your post is too long.")
        if parent and parent not in self.posts.standing:
            self.forbid("You attempted to reply to a Tweet that is deleted or not visible to you.")
        mine = [post for post in self.posts.standing.values() if post.author.id == who]
        if "forgetful" not in self.faults and any(post.text == text for post in mine):
            self.forbid("You are not allowed to create a Tweet with duplicate content.")
        media = tuple(body.get("media", {}).get("media_ids", ()))
        post = self.posts.put(who, text, parent=parent, media=media)
        return {"data": {"id": post.id, "text": self.shown.post(post, {})["text"]}}

    def _delete(self, identity: str, who: str) -> Json:
        post = self.posts.standing.get(identity)
        if post is None:
            raise Problem(404, {**self.shown.missing(identity, "id"), "status": 404})
        if post.author.id != who:
            self.forbid("You are not authorized to delete this Tweet.")
        del self.posts.standing[identity]
        return {"data": {"deleted": True}}

    def _change_rules(self, body: Json) -> tuple[int, Json]:
        meta: Json = {"sent": stamp(datetime.now(UTC))}
        if "delete" in body:
            ids = body["delete"]["ids"]
            before = len(self.rules)
            self.rules = [rule for rule in self.rules if rule["id"] not in ids]
            deleted = before - len(self.rules)
            return 200, {"meta": {**meta, "summary": {"deleted": deleted, "not_deleted": len(ids) - deleted}}}
        made: list[Json] = []
        errors: list[Json] = []
        for rule in body["add"]:
            twin = next((one for one in self.rules if one["value"] == rule["value"]), None)
            if twin:
                problem = self.shown.problem("duplicate-rules", "DuplicateRule", "Rule exists.")
                errors.append({**problem, "value": rule["value"], "id": twin["id"]})
            elif rule["value"].count("(") != rule["value"].count(")"):
                problem = self.shown.problem("invalid-rules", "UnprocessableEntity", "no viable alternative at '('")
                errors.append({**problem, "value": rule["value"]})
            else:
                made.append({**rule, "id": str(7_000 + len(self.asked) * 10 + len(made))})
        self.rules += made
        summary = {"created": len(made), "not_created": len(errors), "valid": len(made), "invalid": len(errors)}
        answer: Json = {"meta": {**meta, "summary": summary}}
        answer |= {name: rows for name, rows in (("data", made), ("errors", errors)) if rows}
        return 201 if made else 200, answer

    def forbid(self, detail: str) -> None:
        raise Problem(403, {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": detail})

    # Keys.

    def token(self, form: Json, basic: str) -> tuple[int, Json]:
        if form.get("client_id") != CLIENT or basic not in {"", f"{CLIENT}:{CLIENT_SECRET}"}:
            return 401, {"error": "invalid_client", "error_description": "unknown client"}
        if form.get("grant_type") == "refresh_token":
            user = self.refresh_tokens.pop(form.get("refresh_token", ""), "")
        else:
            code = self.codes.pop(form.get("code", ""), {})
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.get("challenge")
            user = code["user"] if fits and form.get("redirect_uri") == code.get("redirect") else ""
        if not user:
            return 400, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
        number = len(self.asked)
        self.users[f"access-{number}"] = (user, SCOPES)
        self.refresh_tokens[f"refresh-{number}"] = user
        lasting = {"token_type": "bearer", "expires_in": 7200, "scope": SCOPES}
        return 200, {**lasting, "access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}

    def who(self, method: str, path: str, header: str, url_query: str) -> str:
        """Return the user's id, "" for the app; raises Problem."""
        kind, _, value = header.partition(" ")
        if kind == "Bearer" and value in self.bearers:
            user = ""
        elif kind == "Bearer" and value in self.users:
            user = self.users[value][0]
        elif kind == "OAuth" and self._signed(method, path, url_query, value):
            user = "1001"
        else:
            raise Problem(
                401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
            )
        needs_user = path == "/2/users/me" or method == "DELETE" or path in {"/2/tweets", "/2/media/upload"}
        needs_app = "/stream" in path or "/counts/" in path
        if (needs_user and not user and (method, path) != ("GET", "/2/tweets")) or (needs_app and user):
            detail = "Authenticating with this token is forbidden for this endpoint."
            raise Problem(403, self.shown.problem("unsupported-authentication", "Unsupported", detail, status=403))
        return user

    def _signed(self, method: str, path: str, url_query: str, header: str) -> bool:
        """Check an OAuth 1.0a signature (RFC 5849, 3.4) for the address this server really has."""
        given = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
        signature = given.pop("oauth_signature", "")
        pairs = sorted((quote(a, "~"), quote(b, "~")) for a, b in [*parse_qsl(url_query), *given.items()])
        text = "&".join(quote(part, "~") for part in (method, self.base + path, "&".join(f"{a}={b}" for a, b in pairs)))
        key = f"{OAUTH1['consumer_secret']}&{OAUTH1['access_secret']}".encode()
        wanted = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha1).digest()).decode()
        return given.get("oauth_token") == OAUTH1["access_token"] and hmac.compare_digest(signature, wanted)


class _Http(ThreadingHTTPServer):
    x: XServer
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, *_words: object) -> None:
        pass

    def _serve(self) -> None:
        x = self.server.x
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        faults = x.faults | ({x.script.pop(0)} if x.script else set())
        x.paths.append(url.path)
        header = self.headers.get("Authorization", "")
        if self._broken(faults, header):
            return
        if url.path == "/2/oauth2/token":
            form = dict(parse_qsl(raw.decode()))
            basic = base64.b64decode(header.removeprefix("Basic ")).decode() if header else ""
            self._say(*x.token(form, basic))
            return
        body = json.loads(raw) if raw else {}
        try:
            user = x.who(self.command, url.path, header, url.query)
            self._check(query)
            if url.path == "/2/tweets/search/stream":
                self._stream(query)
                return
            status, answer = x.answer(self.command, url.path, query, body, user)
        except Problem as problem:
            status, answer = problem.status, problem.body
        x.asked.append(
            Exchange(method=self.command, path=url.path, query=query, body=body, status=status, answer=answer)
        )
        if "lost" in faults:
            self._hang_up()
        elif "cut" in faults:
            self._say(status, answer, cut=True)
        elif "slow" in faults:
            self._say(status, answer, drip=True)
        else:
            self._say(status, answer)

    def _check(self, query: dict[str, str]) -> None:
        other = "post.fields" if self.server.x.shown.names == "tweet" else "tweet.fields"
        lenient = "lenient" in self.server.x.faults
        if other in query and not lenient and not self.path.startswith("/2/tweets/search/stream"):
            raise self.server.x.invalid(f"The query parameter [{other}] is not one of [the known ones]", **{other: "…"})

    def _broken(self, faults: set[str], header: str) -> bool:
        page = b"<!doctype html><title>Over capacity</title>"
        if "limit" in faults:
            reset = str(int(time.time()) + self.server.x.rest_seconds)
            headers = {"x-rate-limit-limit": "15", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
            self._say(429, {"title": "Too Many Requests", "type": "about:blank", "status": 429}, headers=headers)
        elif "fail" in faults:
            self._say_bytes(503, page, "text/html")
        elif "html" in faults:
            self._say_bytes(200, page, "text/html")
        elif "babble" in faults:
            self._say_bytes(200, b'{"data": [{"id": "12', "application/json")
        elif "strange" in faults:
            self._say_bytes(400, b'{"errors": null, "detail": 7}', "application/json")
        elif "expired" in faults:
            self._say(401, {**UNAUTHORIZED, "detail": f"{header} expired"})
        elif "echo" in faults:
            self._say(403, {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": f"no: {header}"})
        elif "elsewhere" in faults:
            self._say_bytes(302, b"", "text/plain", {"Location": f"{self.server.x.base}/elsewhere"})
        else:
            return False
        return True

    def _say(
        self, status: int, answer: Json, *, headers: dict[str, str] | None = None, cut: bool = False, drip: bool = False
    ) -> None:
        x = self.server.x
        left = "0" if "used_up" in x.faults else "449"
        reset = str(int(time.time()) + x.rest_seconds)
        rate = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": left, "x-rate-limit-reset": reset}
        rate["x-access-level"] = x.access_level
        data = json.dumps(answer).encode()
        self._say_bytes(status, data, "application/json; charset=utf-8", headers or rate, cut=cut, drip=drip)

    def _say_bytes(
        self,
        status: int,
        data: bytes,
        kind: str,
        headers: dict[str, str] | None = None,
        *,
        cut: bool = False,
        drip: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if cut:
            self.wfile.write(data[: len(data) // 2])
            self._hang_up()
            return
        try:
            for piece in [data] if not drip else [bytes([byte]) for byte in data]:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(0.05 if drip else 0)
        except OSError:
            self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _stream(self, query: dict[str, str]) -> None:
        x = self.server.x
        asked, generation = _split(query), x.generation
        told = set(x.posts.standing)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while x.generation == generation:
                lines = [
                    *x.lines,
                    *(self._line(post, asked) for post in list(x.posts.standing.values()) if post.id not in told),
                ]
                x.lines = []
                told |= set(x.posts.standing)
                for line in lines or ["\r\n"]:
                    data = line.encode()
                    self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                time.sleep(0.02)
            if "farewell" in x.faults:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            pass
        self._hang_up()

    def _line(self, post: Post, asked: dict[str, list[str]]) -> str:
        x = self.server.x
        if post.raw is not None:
            return "{this is no JSON\r\n"
        rules = [rule for rule in x.rules if matches(rule["value"], post.text)]
        if not rules:
            return "\r\n"
        # The stream is asked in the old names for good, and answers in the new ones where the rest of X does.
        news = [name.replace("tweet", "post") for name in asked.get("tweet.fields", [])]
        page = x.shown.page([post], {**asked, "post.fields": news})
        ours = [{"id": rule["id"], "tag": rule["tag"]} for rule in rules]
        body = {**page, "data": page["data"][0], "matching_rules": ours}
        query = {name: ",".join(values) for name, values in asked.items()}
        path = "/2/tweets/search/stream"
        x.asked.append(Exchange(method="GET", path=path, query=query, body={}, status=200, answer=body))
        return json.dumps(body) + "\r\n"


def matches(query: str, text: str) -> bool:
    """Read a query as X does, as far as ours go: any of the wanted, none of the excluded."""
    found = [(minus, phrase or word) for minus, phrase, word in OPERAND.findall(query) if word != "OR"]

    def stands(word: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None

    return any(stands(word) for minus, word in found if not minus) and not any(
        stands(word) for minus, word in found if minus
    )


def _split(query: dict[str, str]) -> dict[str, list[str]]:
    return {name: value.split(",") for name, value in query.items()}


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits
