"""The page What may I say: the phone screen of those who speak through our accounts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_center.domain.accounts import Account, Posture
from command_center.domain.mentions import RawMention
from command_center.domain.publications import PublicationState
from command_center.ports import MentionFilter
from command_center.ui.saying import Desk, signature
from command_center.ui.saying_out import network_link
from command_center.use_cases.approve import withdraw_statement
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.lock import lock_account
from tests.contracts.factories import example
from tests.pages.crisis import LISTENING, Crisis, crisis_house, words_on


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        yield house


def test_a_co_manager_sees_their_account_why_it_is_locked_and_whom_to_call(crisis: Crisis) -> None:
    crisis.switch_on()
    words = words_on(crisis.page("what_may_i_say", "leo"))
    assert "Posten Sie hier nur, was freigegeben ist." in words
    assert "Ein Gerät raucht" in words
    assert "Die Sperre endet nie von selbst." in words
    assert "Kim Brandt" in words
    assert "Keine Schuldzuweisung" in words
    assert "Nordwerk auf mastodon" not in words


def test_a_lead_sees_every_account(crisis: Crisis) -> None:
    words = words_on(crisis.page("what_may_i_say", "kim"))
    assert "Nordwerk auf x" in words
    assert "Nordwerk auf mastodon" in words


def test_an_approved_text_is_posted_in_two_taps(crisis: Crisis) -> None:
    crisis.switch_on()
    crisis.approved()
    at = crisis.page("what_may_i_say", "leo")
    at.button(key="say_out").click().run()
    assert not at.exception
    made = crisis.publications()[0]
    assert (made.text, made.state) == (LISTENING, PublicationState.INTENDED)
    assert "Freigegeben. Jetzt posten." in words_on(at)
    at.text_input(key=f"posted_link_{made.id}").input("https://x.com/nordwerk/1")
    at.button(key=f"posted_{made.id}").click().run()
    assert not at.exception
    done = crisis.publications()[0]
    assert (done.state, done.url) == (PublicationState.SENT, "https://x.com/nordwerk/1")
    assert "Draußen und protokolliert." in words_on(at)


@pytest.mark.parametrize("how", ["hold", "withdrawn"])
def test_what_waits_to_be_posted_by_hand_is_stopped_with_its_wording_or_account(crisis: Crisis, how: str) -> None:
    crisis.switch_on()
    version = crisis.approved().id
    at = crisis.page("what_may_i_say", "leo")
    at.button(key="say_out").click().run()
    assert "say.hand" not in words_on(at)
    if how == "hold":
        lock_account(
            crisis.ctx, crisis.says("kim"), account_id=crisis.accounts["x"], posture=Posture.HOLD, reason="Polizei"
        )
    else:
        withdraw_statement(crisis.ctx, crisis.says("jana"), version_id=version, reason="Charge falsch")
    for page in ("what_may_i_say", "publish"):
        words = words_on(crisis.page(page, "leo"))
        assert "Nicht mehr posten." in words
        assert "Jetzt posten." not in words
        assert "angehalten" in words if how == "hold" else "zurückgezogen" in words
    at = crisis.page("what_may_i_say", "leo")
    at.button(key=f"not_posted_{crisis.publications()[0].id}").click().run()
    assert crisis.publications()[0].state is PublicationState.FAILED


def test_an_open_page_sees_that_a_wording_ended() -> None:
    desk = Desk(account=example(Account), posture=Posture.ONE_VOICE, locks=(), incidents=(), contacts=(), in_flight=())
    assert signature([replace(desk, valid=("one",))]) != signature([desk])


def test_a_post_cleared_but_not_made_is_recorded_as_such(crisis: Crisis) -> None:
    crisis.approved()
    at = crisis.page("what_may_i_say", "leo")
    at.button_group(key="say.way").set_value("offers").run()
    at.button(key="say_out").click().run()
    at.button(key=f"not_posted_{crisis.publications()[0].id}").click().run()
    assert crisis.publications()[0].state is PublicationState.FAILED


def test_slots_are_filled_with_what_is_allowed_and_shown_as_it_will_be_sent(crisis: Crisis) -> None:
    crisis.switch_on()
    holding = crisis.approve(crisis.planned("holding").id)
    at = crisis.page("what_may_i_say", "leo")
    prefix = f"say.{crisis.accounts['x']}.slot"
    assert at.button(key="say_out").disabled
    at.text_input(key=f"{prefix}.product").input("www.boese.de")
    at.text_input(key=f"{prefix}.batch").input("26-08")
    at.text_input(key=f"{prefix}.link").input("https://www.nordwerk.com/rueckruf")
    at.text_input(key=f"{prefix}.next_update").input("16:30 Uhr").run()
    assert "Links gehören nur in Link-Lücken" in words_on(at)
    at.text_input(key=f"{prefix}.product").input("AirCrisp 2")
    at.selectbox(key=f"{prefix}.risk").select("ein Netzteil kann überhitzen").run()
    assert "Bestätigt: ein Netzteil kann überhitzen." in words_on(at)
    at.button(key="say_out").click().run()
    made = crisis.publications()[0]
    assert (made.state, made.version_id) == (PublicationState.INTENDED, holding.id)
    assert made.text.startswith("Bitte AirCrisp 2, Charge 26-08, nicht mehr benutzen.")


def test_a_refused_draft_gets_the_reason_the_differences_and_the_nearest_text(crisis: Crisis) -> None:
    crisis.switch_on()
    crisis.approved()
    at = crisis.page("what_may_i_say", "leo")
    at.button_group(key="say.way").set_value("draft").run()
    at.text_area(key="say.draft").input("Danke für den Hinweis. Wir wissen das längst.")
    at.button(key="say_check").click().run()
    words = words_on(at)
    assert "Nicht erlaubt" in words
    assert "Zurzeit gelten nur freigegebene Texte" in words
    assert "<del>" in words
    assert "<ins>" in words
    at.button(key="say_nearest").click().run()
    assert LISTENING in words_on(at)
    assert not crisis.publications()


def test_an_open_account_takes_an_own_text_and_shows_it_escaped(crisis: Crisis) -> None:
    at = crisis.page("what_may_i_say", "leo")
    at.text_area(key="say.draft").input("Morgen <b>mehr</b>")
    at.button(key="say_check").click().run()
    assert "Erlaubt" in words_on(at)
    assert "Morgen <b>" not in words_on(at)
    at.button(key="say_out").click().run()
    assert crisis.publications()[0].text == "Morgen <b>mehr</b>"


def test_under_review_a_text_is_handed_to_a_second_person(crisis: Crisis) -> None:
    lock_account(
        crisis.ctx, crisis.says("kim"), account_id=crisis.accounts["x"], posture=Posture.REVIEW, reason="Messe"
    )
    at = crisis.page("what_may_i_say", "leo")
    at.text_area(key="say.draft").input("Besuchen Sie uns in Halle 4.")
    at.button(key="say_check").click().run()
    at.button(key="say_out").click().run()
    assert crisis.publications()[0].state is PublicationState.AWAITING_REVIEW


def test_on_hold_nothing_can_be_let_out(crisis: Crisis) -> None:
    lock_account(crisis.ctx, crisis.says("kim"), account_id=crisis.accounts["x"], posture=Posture.HOLD, reason="Ruhe")
    at = crisis.page("what_may_i_say", "leo")
    assert "Bitte jetzt nichts posten." in words_on(at)
    assert "say_out" not in [button.key for button in at.button]


def test_a_double_tap_lets_one_text_out(crisis: Crisis) -> None:
    crisis.approved()
    at = crisis.page("what_may_i_say", "leo")
    at.button_group(key="say.way").set_value("offers").run()
    at.button(key="say_out").click().run()
    at.run()
    assert len(crisis.publications()) == 1


def test_the_mention_being_answered_is_shown_as_text_and_goes_with_the_post(crisis: Crisis) -> None:
    crisis.approved()
    raw = RawMention(network="x", native_id="1", text="Es raucht <script>x</script>", created_at=crisis.ctx.now())
    report = import_mentions(crisis.ctx, crisis.says("kim"), raws=[raw], topic_name="AirCrisp", source_name="x.ndjson")
    with crisis.ctx.store.reading() as store:
        mention = store.mentions(MentionFilter(topic_id=report.topic_id)).mentions[0]
    at = crisis.page("what_may_i_say", "leo", reply=mention.id)
    assert "Es raucht &lt;script&gt;" in words_on(at)
    at.button_group(key="say.way").set_value("offers").run()
    at.button(key="say_out").click().run()
    assert crisis.publications()[0].reply_to == mention.id


def test_without_an_account_the_page_says_what_to_do(crisis: Crisis) -> None:
    assert "Sie betreuen hier noch kein Konto mit." in words_on(crisis.page("what_may_i_say", "ana"))


def test_a_mastodon_post_opens_on_its_own_server_with_the_text_filled_in() -> None:
    account = Account(id="1", network="mastodon", handle="@nw@social.example", name="M")
    assert network_link(account, "a&b") == "https://social.example/share?text=a%26b"
    assert network_link(Account(id="1", network="mastodon", handle="@nw", name="M"), "a") == ""
