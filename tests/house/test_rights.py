"""Every verb, page and address with every role: what isn't declared is red, what is declared holds."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_origin

import pytest

from command_center.domain.mentions import Plane
from command_center.domain.people import RIGHTS, Act, Person, Role
from command_center.domain.rules import Rules
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError, NotAllowed
from command_center.ports import Caller, Context
from command_center.shell.rights import ADDRESSES, VERBS, Verb, rights_page, verbs
from command_center.ui.navigation import PLACES
from command_center.web.routes import routes
from tests.use_cases.door import Clock, empty_house

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ALL = list(verbs())
GUARDED = [verb for verb in ALL if isinstance(verb.guard, Act)]
PASSWORD = "ein langer guter Satz"
PARAMETERS: Mapping[str, Any] = {
    "roles": (Role.EMPLOYEE,),
    "password": PASSWORD,
    "login": "somebody",
    "name": "Somebody",
    "topic": Topic(id="t", name="T"),
    "source": Source(id="s", name="S", kind="feed", plane=Plane.REAL, topic_id="t", created_at=NOW),
    "rules": Rules(),
    "account_ids": ("nowhere",),
    "false_alarms_per_month": 1.0,
    "since": NOW,
    "until": NOW,
    "at": NOW,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    ctx = empty_house(tmp_path_factory.mktemp("house"), Clock())
    with ctx.store.writing() as store:
        for role in Role:
            store.add(Person(id=role.value, login=role.value, name=role.value, roles=(role,), created_at=NOW))
        everything = tuple(Role)
        store.add(Person(id="gone", login="gone", name="Gone", roles=everything, active=False, created_at=NOW))
    yield ctx
    ctx.store.close()


def attempted(ctx: Context, verb: Verb, person_id: str) -> str:
    """Call a verb as this person, with arguments that lead nowhere; returns the code of the refusal, or nothing."""
    try:
        if verb.is_command:
            # Without its arguments: whoever is entitled gets as far as to a TypeError, and nothing is stored.
            verb.run(ctx, Caller(person_id, "never-stored"))
        else:
            answer = verb.run(ctx, **given(verb, ctx, person_id))
            each = next(iter(answer.values()), None) if isinstance(answer, dict) else None
            if isinstance(each, NotAllowed):  # one outcome for each of several accounts
                return each.code
    except NotAllowed as refused:
        return refused.code
    except (CommandCenterError, TypeError, LookupError, AttributeError, ValueError, AssertionError):
        return ""
    return ""


def given(verb: Verb, ctx: Context, person_id: str) -> dict[str, Any]:
    wanted = list(inspect.signature(verb.run).parameters.values())[1:]
    values: dict[str, Any] = {}
    for each in wanted:
        if each.annotation is Caller:
            values[each.name] = Caller(person_id, ctx.new_id())
        elif each.name == "reader" or (each.name == "person_id" and "caller" not in values):
            values[each.name] = person_id
        elif each.default is inspect.Parameter.empty:
            values[each.name] = PARAMETERS.get(each.name, _anything(each.annotation))
    return values


def _anything(annotation: Any) -> Any:
    if annotation is str:
        return "nowhere"
    if annotation is int:
        return 1
    if annotation is Path:
        return Path("/nonexistent/file")
    return {} if get_origin(annotation) is not None and "Mapping" in str(annotation) else ()


def test_every_verb_says_what_it_needs() -> None:
    assert [verb.name for verb in ALL if verb.guard is None] == []
    assert set(VERBS) <= {verb.name for verb in ALL}


@pytest.mark.parametrize("verb", GUARDED, ids=lambda verb: verb.name)
def test_a_verb_is_done_by_its_roles_and_by_nobody_else(house: Context, verb: Verb) -> None:
    assert isinstance(verb.guard, Act)
    refused = {role for role in Role if attempted(house, verb, role.value) == "people.no_right"}
    assert refused == set(Role) - RIGHTS[verb.guard]


@pytest.mark.parametrize("verb", GUARDED, ids=lambda verb: verb.name)
def test_a_disabled_person_and_nobody_at_all_do_nothing(house: Context, verb: Verb) -> None:
    for person_id in ("gone", "nobody", ""):
        assert attempted(house, verb, person_id) == "people.not_active"


def test_every_act_has_roles_and_opens_something() -> None:
    assert set(RIGHTS) == set(Act)
    opened = {verb.guard for verb in ALL} | {place.act for place in PLACES} | set(ADDRESSES.values())
    assert {act for act in Act if not RIGHTS[act] or act not in opened} == set()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_a_page_asks_for_the_act_it_is_listed_under(place: Any) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(place.file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open_page"
    ]
    asked = [ast.unparse(argument) for argument in calls[0].args]
    assert asked == [repr(place.code), f"Act.{place.act.name}"]


def test_every_address_says_what_it_needs() -> None:
    served = {
        f"{method} {route.path}"  # type: ignore[attr-defined]
        for route in routes()
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    }
    assert served == set(ADDRESSES)


def test_the_documentation_is_the_one_generated() -> None:
    assert (ROOT / "docs" / "rights.md").read_text(encoding="utf-8") == rights_page()
