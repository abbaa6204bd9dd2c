"""The pages of those who speak through accounts that lead to a real network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_center.domain.accounts import Account
from command_center.domain.publications import PublicationState
from command_center.use_cases.publish import publish
from command_center.use_cases.take_down import carry_out_removals
from tests.fakes.memory_network import MemoryNetwork
from tests.pages.crisis import LISTENING, Crisis, crisis_house, words_on
from tests.pages.networked import connect, work
from tests.pages.test_publish import show


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        yield house


@pytest.fixture
def network(crisis: Crisis) -> MemoryNetwork:
    return connect(crisis)


def ask(crisis: Crisis, text: str = "Guten Morgen, Bremen!") -> str:
    return publish(crisis.ctx, crisis.says("leo"), account_id=crisis.accounts["x"], text=text).id


def test_a_post_waits_for_the_worker_then_is_out_with_its_link(crisis: Crisis, network: MemoryNetwork) -> None:
    ask(crisis)
    at = crisis.page("publish", "leo")
    assert "Das Haus sendet in den nächsten Sekunden" in words_on(at)
    work(crisis)
    assert 'href="https://network.example/p1"' in words_on(show(at.run(), "out"))


def test_an_unknown_is_shown_as_such_and_a_lead_says_what_they_saw(crisis: Crisis, network: MemoryNetwork) -> None:
    made = ask(crisis)
    network.faults = ["lost"]
    work(crisis)
    at = show(crisis.page("publish", "jana"), "lost")
    assert "Das Haus sieht nach, bevor irgendetwas noch einmal gesendet wird." in words_on(at)
    assert f"queue_posted_{made}" not in [item.key for item in crisis.page("publish", "leo").button]
    at.button(key=f"queue_posted_{made}").click().run()
    assert not at.exception
    assert crisis.publications()[0].state is PublicationState.SENT


def test_what_cannot_be_sent_says_why_and_can_be_released(crisis: Crisis, network: MemoryNetwork) -> None:
    made = ask(crisis)
    with crisis.ctx.store.reading() as store:
        account = store.find(Account, id=crisis.accounts["x"])[0]
    with crisis.ctx.store.writing() as store:
        store.put(replace(account, connection_id=""))
    work(crisis)
    at = show(crisis.page("publish", "jana"), "held")
    assert "ist mit keinem Netzwerk verbunden" in words_on(at)
    at.button(key=f"queue_release_{made}").click().run()
    assert crisis.publications()[0].state is PublicationState.QUEUED


def test_deleting_takes_two_steps_and_ends_in_the_log(crisis: Crisis, network: MemoryNetwork) -> None:
    made = ask(crisis)
    work(crisis)
    at = show(crisis.page("publish", "leo"), "out")
    at.button(key=f"queue_down_now_{made}").click().run()
    assert at.error
    at.text_input(key=f"queue_down_why_{made}").input("Falsche Stadt")
    at.button(key=f"queue_down_now_{made}").click().run()
    assert "Wird gerade gelöscht." in words_on(at)
    carry_out_removals(crisis.ctx)
    assert network.posts == []
    words = words_on(show(crisis.page("publish", "leo"), "out"))
    assert "gelöscht." in words
    assert "network.example" not in words


def test_one_text_goes_through_several_accounts_each_with_its_own_outcome(
    crisis: Crisis, network: MemoryNetwork
) -> None:
    crisis.approved()
    at = crisis.page("what_may_i_say", "jana", account=crisis.accounts["x"])
    at.button_group(key="say.way").set_value("offers").run()
    at.button_group(key=f"say_also_{crisis.accounts['x']}").set_value([crisis.accounts["mastodon"]]).run()
    at.button(key="say_out").click().run()
    assert not at.exception
    states = {item.account_id: item.state for item in crisis.publications()}
    assert states == {
        crisis.accounts["x"]: PublicationState.QUEUED,
        crisis.accounts["mastodon"]: PublicationState.INTENDED,
    }
    words = words_on(at)
    assert "Was aus dem Text wurde" in words
    assert "Bitte posten Sie den Text dort selbst" in words
    work(crisis)
    assert "Draußen und protokolliert." in words_on(at.run())
    assert network.posts[0].post.text == LISTENING
