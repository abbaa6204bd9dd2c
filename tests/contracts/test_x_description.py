"""Our requests to X, and our little X's answers, held against X's public API description.

The description is not part of the project: ``ONE_VOICE_X_DESCRIPTIONS`` names a folder with ``openapi-*.json``.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from command_center.errors import NetworkTrouble
from command_center.networks import Media, Message
from command_center.publishing.x import X
from monitors.x import XMentions, XSearch
from monitors.x_stream import XStream
from tests.peers.x import BEARER, OAUTH2, TOPIC, Listening, Speaking, access
from tests.peers.x_server import Exchange, XServer

pytestmark = pytest.mark.sockets
FOLDER = os.environ.get("ONE_VOICE_X_DESCRIPTIONS", "")
FILES: list[Path | None] = [*sorted(Path(FOLDER).glob("openapi-*.json"))] if FOLDER else []


@pytest.fixture(params=FILES or [None], ids=lambda file: file.stem if file else "none")
def description(request: pytest.FixtureRequest) -> Any:
    if request.param is None:
        pytest.skip("ONE_VOICE_X_DESCRIPTIONS names no folder with X's openapi-*.json")
    return json.loads(request.param.read_text("utf-8"))


def errands(server: XServer) -> None:
    """Do everything we ever ask of X once."""
    say(server)
    speak(server)
    search = Listening(server, XSearch(server.base), "x_search")
    asked = search.asked()
    assert isinstance(search.monitor, XSearch)
    first = search.monitor.fetch(asked)
    search.monitor.baseline_counts(access(dict(BEARER)), TOPIC)
    server.posts.standing.pop(first.mentions[-1].native_id)
    later = replace(asked, now=asked.now + timedelta(days=2), source=replace(asked.source, cursor=dict(first.cursor)))
    assert len(search.monitor.fetch(later).deleted) == 1
    assert XMentions(server.base).fetch(replace(asked, access=access(dict(OAUTH2)))).mentions
    assert XMentions(server.base).fetch(asked).mentions
    server.rules = [{"id": "1", "value": "alt", "tag": "one-voice:alt"}]
    stop = Event()
    for fetched in XStream(server.base, every_seconds=0.1).listen(asked, stop):
        if fetched.mentions:
            stop.set()
        say(server)


def say(server: XServer) -> None:
    said = server.posts.put("1001", f"Nordwerk & <mehr> https://example.org/{len(server.posts.standing)}")
    server.posts.put("2002", "RT @nordwerk: Nordwerk …", repeats=said.id)
    server.posts.put("2002", "@nordwerk Nordwerk?", parent=said.id)


def speak(server: XServer) -> None:
    speaking = Speaking(server, X(server.base), access(dict(OAUTH2)))
    picture = Media(name="a.png", media_type="image/png", data=b"png", alt="Ein Bild")
    sent = Message(
        key="p", parts=("Eins.", "Zwei."), at=datetime.now(UTC), reply_to=speaking.foreign_post(), media=(picture,)
    )
    network, account = speaking.network, speaking.account
    outcome = network.publish(account, sent, speaking.access)
    assert outcome.state == "sent"
    assert network.publish(account, sent, speaking.access).native_ids == outcome.native_ids
    assert network.own_posts(account, speaking.access, since=sent.at - timedelta(hours=1))
    network.check(speaking.access)
    network.check(access(dict(BEARER)))
    network.delete(account, outcome.native_ids[1], speaking.access)
    network.delete(account, outcome.native_ids[1], speaking.access)
    with pytest.raises(NetworkTrouble):
        network.delete(account, speaking.foreign_post(), speaking.access)


def test_everything_we_say_and_hear_follows_the_description(description: Any) -> None:
    names = "post" if "Post" in description["components"]["schemas"] else "tweet"
    with XServer(names) as server:
        errands(server)
        problems = [
            f"{one.method} {one.path} {one.status}: {problem}"
            for one in server.asked
            for problem in wrong_with(description, one)
        ]
        routes = {(one.method, re.sub(r"\d{4,}", "{id}", one.path)) for one in server.asked if one.status < 400}
    assert list(dict.fromkeys(problems)) == []
    assert len(routes) == 14


def wrong_with(description: Any, one: Exchange) -> Iterator[str]:
    # What the server refused for its old or new names is asked again in the others.
    if one.status == 400:
        return
    path, operation = operation_of(description, one)
    known = {found["name"]: found for found in (resolved(description, row) for row in operation.get("parameters", []))}
    for name, text in one.query.items():
        if name not in known:
            yield f"no parameter {name}"
            continue
        schema = resolved(description, known[name]["schema"])
        value: Any = text
        if schema.get("type") == "array":
            value = text.split(",")
        elif schema.get("type") == "integer":
            value = int(text)
        yield from invalid(description, schema, value, name)
    missing = [name for name, found in known.items() if found.get("required") and found["in"] == "query"]
    yield from (f"lacks {name}" for name in missing if name not in one.query)
    if one.body:
        yield from invalid(description, schema_of(operation["requestBody"]), one.body, "body")
    if one.answer.get("type") == "about:blank":
        return  # how X really refuses a duplicate; its newest description has no word for it
    answers = operation["responses"]
    answer = answers.get(str(one.status)) or answers["default" if one.status >= 400 else min(answers)]
    yield from invalid(description, schema_of(answer, problem=one.status >= 400), one.answer, f"answer of {path}")


def operation_of(description: Any, one: Exchange) -> tuple[str, Any]:
    for path, operations in sorted(description["paths"].items(), key=lambda item: item[0].count("{")):
        pattern = re.sub(r"\{[^}]+\}", r"[^/]+", path)
        if re.fullmatch(pattern, one.path) and one.method.lower() in operations:
            return path, operations[one.method.lower()]
    raise AssertionError(f"the description has no {one.method} {one.path}")


def resolved(description: Any, schema: Any) -> Any:
    while "$ref" in schema:
        found = description
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def schema_of(body: Any, *, problem: bool = False) -> Any:
    content = body["content"]
    return content["application/problem+json" if problem and len(content) > 1 else "application/json"]["schema"]


def invalid(description: Any, schema: Any, value: Any, where: str) -> Iterator[str]:
    whole = {**schema, "components": description["components"]}
    for error in jsonschema.Draft202012Validator(whole).iter_errors(value):
        yield f"{where}: {error.json_path} {error.message[-150:]}"
