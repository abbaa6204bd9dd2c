"""The gate answers other programs as it answers people, and whoever has no key learns nothing."""

import json
import time
from base64 import b64encode

import pytest

from command_center.domain.clients import Scope, signature
from command_center.domain.publications import Publication
from command_center.ports import MentionFilter
from command_center.use_cases.keep_clients import revoke_client
from tests.web.conftest import EVERY, Gate

HELLO = {"account": "@nordwerk", "text": "Guten Morgen!"}


def key(client: tuple[str, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {client[0]}:{client[1]}", "accept-language": "en"}


def signed(client: tuple[str, str], body: bytes, *, at: float | None = None, message: str = "m1") -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    signatures = signature(client[1], message_id=message, timestamp=stamp, body=body)
    return {
        "x-client": client[0],
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,bm90IGl0 {signatures}",
    }


def test_check_says_what_the_gate_says_and_changes_nothing(gate: Gate) -> None:
    client = gate.client(Scope.CHECK)
    free = gate.http.post("/api/v1/check", json=HELLO, headers=key(client))
    assert (free.status_code, free.json()["allowed"], free.json()["posture"]) == (200, True, "open")
    gate.lock()
    locked = gate.http.post("/api/v1/check", json=HELLO, headers=key(client)).json()
    assert (locked["allowed"], locked["reason"], locked["posture"]) == (False, "gate.not_approved", "one_voice")
    assert locked["sentence"]
    with gate.ctx.store.reading() as store:
        assert store.find(Publication) == []


def test_a_post_goes_through_the_same_gate_and_a_lock_stops_it(gate: Gate) -> None:
    client = gate.client(Scope.PUBLISH)
    headers = {**key(client), "idempotency-key": "plan-1"}
    first = gate.http.post("/api/v1/publish", json=HELLO, headers=headers)
    assert (first.status_code, first.json()["state"]) == (202, "intended")
    assert gate.http.post("/api/v1/publish", json=HELLO, headers=headers).json()["id"] == first.json()["id"]
    gate.lock()
    refused = gate.http.post("/api/v1/publish", json=HELLO, headers={**key(client), "idempotency-key": "plan-2"})
    assert (refused.status_code, refused.json()["state"], refused.json()["reason"]) == (
        403,
        "refused",
        "gate.not_approved",
    )
    found = gate.http.get(f"/api/v1/publications/{refused.json()['id']}", headers=key(client))
    assert found.json()["state"] == "refused"
    with gate.ctx.store.reading() as store:
        entry = [entry for entry in store.log() if entry.action.value == "publication.refused"]
    assert [each.actor for each in entry] == [f"client:{client[0]}"]


def test_one_idempotency_key_is_one_post(gate: Gate) -> None:
    client = gate.client(Scope.PUBLISH)
    headers = {**key(client), "idempotency-key": "plan-1"}
    gate.http.post("/api/v1/publish", json=HELLO, headers=headers)
    other = gate.http.post("/api/v1/publish", json={**HELLO, "text": "Gute Nacht!"}, headers=headers)
    assert (other.status_code, other.json()["error"]) == (409, "command.request_id_taken")
    missing = gate.http.post("/api/v1/publish", json=HELLO, headers=key(client))
    assert (missing.status_code, missing.json()["error"]) == (422, "client.idempotency_key_needed")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x:y", "Basic eDp5", "Bearer :", "Bearer ü:ü"])
def test_without_a_key_nothing_is_told(gate: Gate, header: str) -> None:
    answer = gate.http.post("/api/v1/check", json=HELLO, headers={"authorization": header.encode()})
    assert (answer.status_code, answer.json()["error"]) == (401, "client.unknown_key")


def test_a_key_opens_only_its_scopes_and_accounts_until_it_is_revoked(gate: Gate) -> None:
    checker = gate.client(Scope.CHECK)
    wrong = gate.http.post("/api/v1/publish", json=HELLO, headers={**key(checker), "idempotency-key": "1"})
    assert (wrong.status_code, wrong.json()["error"]) == (403, "client.not_in_scope")
    bringer = gate.client(Scope.MENTIONS)
    assert gate.http.get("/api/v1/accounts", headers=key(bringer)).json() == {"accounts": []}
    mine = gate.http.get("/api/v1/accounts", headers=key(checker)).json()["accounts"]
    assert [each["posture"] for each in mine] == ["open"]
    revoke_client(gate.ctx, gate.caller(), client_id=checker[0])
    assert gate.http.post("/api/v1/check", json=HELLO, headers=key(checker)).status_code == 401


def test_a_flood_is_told_to_wait(gate: Gate) -> None:
    client = gate.client(Scope.CHECK, per_minute=2)
    codes = [gate.http.post("/api/v1/check", json=HELLO, headers=key(client)).status_code for _ in range(3)]
    last = gate.http.post("/api/v1/check", json=HELLO, headers=key(client))
    assert codes == [200, 200, 429]
    assert 1 <= int(last.headers["retry-after"]) <= 61


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "JSON"),
        (b"[]", "JSON"),
        (b'{"account": "a"}', "text"),
        (b'{"account": "a", "text": 7}', "text"),
        (b'{"account": "a", "text": "b", "force": true}', "force"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_by_field(gate: Gate, body: bytes, field: str) -> None:
    answer = gate.http.post("/api/v1/check", content=body, headers=key(gate.client(Scope.CHECK)))
    assert (answer.status_code, answer.json()["error"]) == (422, "client.unreadable")
    assert field in answer.json()["sentence"]


@pytest.mark.parametrize("due", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_beyond_the_calendar_is_refused_by_field(gate: Gate, due: str) -> None:
    headers = {**key(gate.client(Scope.PUBLISH)), "idempotency-key": "far"}
    answer = gate.http.post("/api/v1/publish", json={**HELLO, "due_at": due}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (422, "client.unreadable")


def test_another_address_or_method_is_refused_in_json_never_with_a_page(gate: Gate) -> None:
    wrong = gate.http.get("/api/v1/check")
    assert (wrong.status_code, wrong.headers["allow"], wrong.json()["error"]) == (405, "POST", "client.wrong_method")
    assert gate.http.get("/api/v1/nowhere").json()["error"] == "client.no_such_address"


def test_a_huge_body_is_refused_before_it_is_read(gate: Gate) -> None:
    answer = gate.http.post("/api/v1/check", content=b"x" * 2_000_000, headers=key(gate.client(Scope.CHECK)))
    assert answer.status_code == 413


def test_signed_mentions_are_stored_once_and_counted_honestly(gate: Gate) -> None:
    client = gate.client(*EVERY)
    good = {"network": "news", "id": "a", "text": "Nordwerk ruft zurück", "created_at": "2026-11-21T10:00:00+01:00"}
    body = json.dumps({"mentions": [good, {**good, "id": "b", "text": "Etwas ganz anderes"}, {"text": ""}]}).encode()
    first = gate.http.post("/api/v1/mentions", content=body, headers=signed(client, body)).json()
    assert [first[name] for name in ("fetched", "stored", "duplicate", "filtered", "rejected")] == [3, 1, 0, 1, 1]
    assert first["faults"] == [{"mention": 2, "field": "network", "what": "Field required"}]
    again = gate.http.post("/api/v1/mentions", content=body, headers=signed(client, body)).json()
    assert (again["stored"], again["duplicate"]) == (0, 1)
    with gate.ctx.store.reading() as store:
        found = store.mentions(MentionFilter()).mentions
    assert [(each.text, each.network) for each in found] == [("Nordwerk ruft zurück", "news")]


def test_one_mention_may_come_alone(gate: Gate) -> None:
    client = gate.client(Scope.MENTIONS)
    body = b'{"network": "news", "text": "Nordwerk allein", "url": "javascript:alert(1)"}'
    answer = gate.http.post("/api/v1/mentions", content=body, headers=signed(client, body))
    assert answer.json()["stored"] == 1
    with gate.ctx.store.reading() as store:
        assert [each.url for each in store.mentions(MentionFilter()).mentions] == [""]


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-id": "another"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 400},
        {"x-client": "nobody"},
    ],
)
def test_a_message_that_is_not_signed_right_is_refused(gate: Gate, changes: dict[str, str]) -> None:
    body = b'{"network": "news", "text": "Nordwerk"}'
    headers = signed(gate.client(Scope.MENTIONS), body) | changes
    assert gate.http.post("/api/v1/mentions", content=body, headers=headers).status_code == 401


def test_a_message_replayed_later_or_with_another_body_is_refused(gate: Gate) -> None:
    client, body = gate.client(Scope.MENTIONS), b'{"network": "news", "text": "Nordwerk"}'
    old = signed(client, body, at=time.time() - 400)
    assert gate.http.post("/api/v1/mentions", content=body, headers=old).status_code == 401
    other = b'{"network": "news", "text": "Nordwerk!"}'
    assert gate.http.post("/api/v1/mentions", content=other, headers=signed(client, body)).status_code == 401


def test_a_signature_is_the_published_one() -> None:
    # The example of the Standard Webhooks specification's own libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = signature(
        secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp="1614265330", body=b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_description_names_every_address_and_only_words_there_are(gate: Gate) -> None:
    document = gate.http.get("/api/v1/openapi.json").json()
    routes = {getattr(route, "path", "") for route in gate.http.app.routes}
    assert set(document["paths"]) == routes - {"/api/v1/{rest:path}"}
    referred = {part for part in json.dumps(document).split('"') if part.startswith("#/components/schemas/")}
    assert {name.rsplit("/", 1)[1] for name in referred} <= set(document["components"]["schemas"])


def test_keys_are_not_in_the_store(gate: Gate) -> None:
    client = gate.client(*EVERY)
    with gate.ctx.store.reading() as store:
        kept = "".join(entry.body for entry in store.log())
    assert client[1] not in kept
    assert b64encode(client[1].encode()).decode() not in kept
