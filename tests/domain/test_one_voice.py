from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.accounts import Posture, effective_posture, strictest
from command_center.domain.mentions import Plane
from command_center.domain.one_voice import Decision, Draft, House, Reason, decide
from command_center.domain.statements import StatementState, Variant, content_hash
from tests.domain.gate import APPROVED, FACT, NOW, VALUES, account, content, house, lock, version


def ask(text: str, where: House | None = None, *, person: str = "anna", reviewed_by: str = "") -> Decision:
    return decide(Draft(text=text, person_id=person, reviewed_by=reviewed_by), where or house())


def test_an_approved_rendering_leaves_under_one_voice() -> None:
    decision = ask(APPROVED)
    assert (decision.allowed, decision.reason, decision.version_id) == (True, Reason.APPROVED, "ver")


def test_what_is_sent_is_the_approved_wording_not_what_was_typed() -> None:
    typed = APPROVED.replace("„", '"').replace("“", '"').replace(" nicht", "\u00a0nicht")
    assert ask(typed).allowed
    assert ask(typed).text == ask(APPROVED).text


def test_anything_else_is_refused_with_the_nearest_wording() -> None:
    decision = ask("Alles nicht so schlimm, das Netzteil ist in Ordnung.")
    assert (decision.allowed, decision.reason) == (False, Reason.NOT_APPROVED)
    assert decision.nearest is not None
    assert decision.nearest.language == "de"


@pytest.mark.parametrize("posture", list(Posture))
def test_hold_lets_nothing_out_and_every_other_posture_lets_the_approved_wording_out(posture: Posture) -> None:
    assert ask(APPROVED, house(posture)).allowed is (posture is not Posture.HOLD)


def test_review_asks_for_a_second_person_who_is_not_the_author_of_the_post() -> None:
    where = house(Posture.REVIEW)
    assert ask("Guten Morgen!", where).reason is Reason.NEEDS_REVIEW
    assert ask("Guten Morgen!", where, reviewed_by="anna").reason is Reason.NEEDS_REVIEW
    assert ask("Guten Morgen!", where, reviewed_by="ben").reason is Reason.REVIEWED


def test_an_open_account_lets_a_post_out_but_not_one_that_is_too_long() -> None:
    assert ask("Guten Morgen!", house(Posture.OPEN)).allowed
    assert ask("a" * 281, house(Posture.OPEN)).reason is Reason.TOO_LONG


def test_only_co_managers_and_those_responsible_speak_through_an_account() -> None:
    assert ask(APPROVED, person="mallory").reason is Reason.NOT_YOURS
    assert ask(APPROVED, house(may_use_all=True), person="mallory").allowed


def test_a_closed_account_and_an_empty_text_are_refused() -> None:
    assert ask(APPROVED, house(active=False)).reason is Reason.ACCOUNT_CLOSED
    assert ask(" \n\u00a0 ").reason is Reason.EMPTY


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (StatementState.DRAFT, Reason.NOT_YET_VALID),
        (StatementState.SUBMITTED, Reason.NOT_YET_VALID),
        (StatementState.RETURNED, Reason.NOT_YET_VALID),
        (StatementState.SUPERSEDED, Reason.SUPERSEDED),
        (StatementState.WITHDRAWN, Reason.WITHDRAWN),
        (StatementState.EXPIRED, Reason.EXPIRED),
    ],
)
def test_a_version_that_is_not_valid_is_refused_and_the_reason_says_why(state: StatementState, reason: Reason) -> None:
    assert ask(APPROVED, house(versions=[version(state=state)])).reason is reason


def test_a_version_expires_in_the_second_it_was_said_to() -> None:
    assert ask(APPROVED, house(versions=[version(valid_until=NOW)])).reason is Reason.EXPIRED
    assert ask(APPROVED, house(versions=[version(valid_until=NOW + timedelta(seconds=1))])).allowed


def test_a_version_whose_content_no_longer_has_its_hash_is_never_used() -> None:
    assert not ask(APPROVED, house(versions=[version(content_hash="0" * 64)])).allowed


def test_a_statement_of_the_other_plane_is_never_used() -> None:
    assert ask(APPROVED, house(versions=[version(plane=Plane.PRACTICE)])).reason is Reason.NOT_APPROVED


@pytest.mark.parametrize(
    ("variant", "changes", "reason"),
    [
        (Variant(language="de", text="Nur hier.", network="mastodon"), {}, Reason.WRONG_NETWORK),
        (Variant(language="de", text="Nur hier.", audience="employees"), {}, Reason.WRONG_AUDIENCE),
        (Variant(language="en", text="Nur hier."), {"languages": ("de",)}, Reason.WRONG_LANGUAGE),
    ],
)
def test_a_wording_meant_for_elsewhere_is_refused_here(
    variant: Variant, changes: dict[str, object], reason: Reason
) -> None:
    elsewhere = replace(content(), variants=(variant,), slots=())
    made = version(content=elsewhere, content_hash=content_hash(elsewhere))
    assert ask("Nur hier.", house(versions=[made], **changes)).reason is reason  # type: ignore[arg-type]


def test_a_slot_takes_only_a_confirmed_fact() -> None:
    decision = ask(APPROVED, house(facts=()))
    assert decision.reason is Reason.SLOT_NOT_ALLOWED
    assert decision.detail == "risk:slot.fact_not_confirmed"


def test_the_same_post_on_a_second_account_is_refused_where_the_network_forbids_copies() -> None:
    sent = ask(APPROVED).text
    assert ask(APPROVED, house(said_elsewhere=[sent])).reason is Reason.SAID_ELSEWHERE
    assert ask(APPROVED, house(said_elsewhere=[sent], network="mastodon")).allowed


HONEST = {
    "straight quotes": APPROVED.replace("„", '"').replace("“", '"'),
    "English quotes": APPROVED.replace("„", "“").replace("“", "”"),
    "no-break space": APPROVED.replace(" – ", "\u00a0– "),
    "narrow no-break space": APPROVED.replace("16:30 Uhr", "16:30\u202fUhr"),
    "decomposed umlauts": APPROVED.replace("ü", "u\u0308").replace("ä", "a\u0308"),
    "space around": f"  {APPROVED}\n",
    "Windows line ends": APPROVED + "\r\n",
}


@pytest.mark.parametrize("text", HONEST.values(), ids=HONEST.keys())
def test_what_a_phone_or_keyboard_changes_by_itself_passes(text: str) -> None:
    assert ask(text).allowed


DISGUISED = {
    "addition at the end": APPROVED + " Versprochen.",
    "addition at the start": "Ehrlich: " + APPROVED,
    "other case": APPROVED.upper(),
    "Cyrillic a": APPROVED.replace("AirCrisp", "\u0410irCrisp"),
    "Cyrillic e in the text": APPROVED.replace("benutzen", "b\u0435nutzen"),
    "Greek omicron": APPROVED.replace("com", "c\u03bfm"),
    "full width": APPROVED.replace("Bitte", "\uff22itte"),
    "zero-width space": APPROVED.replace("Bitte", "Bit\u200bte"),
    "zero-width joiner": APPROVED.replace("Bitte", "Bit\u200dte"),
    "soft hyphen": APPROVED.replace("benutzen", "be\u00adnutzen"),
    "word joiner": APPROVED.replace("nicht", "ni\u2060cht"),
    "byte order mark inside": APPROVED.replace("nicht", "\ufeffnicht"),
    "right-to-left override": APPROVED.replace("nicht", "\u202enicht"),
    "isolate": APPROVED.replace("nicht", "\u2066nicht\u2069"),
    "line separator": APPROVED.replace(" Mehr", "\u2028Mehr"),
    "vertical tab": APPROVED.replace(" Mehr", "\u000bMehr"),
    "tag characters": APPROVED + "\U000e0041\U000e0042",
    "variation selector": APPROVED.replace("!", "!\ufe0f"),
    "combining grapheme joiner": APPROVED.replace("nicht", "nich\u034ft"),
    "Arabic digits in a slot": APPROVED.replace("16:30", "\u0661\u0666:30"),
    "mathematical digits in a slot": APPROVED.replace("16:30", "\U0001d7cf\U0001d7d4:30"),
    "full-width digits in a slot": APPROVED.replace("16:30", "\uff11\uff16:30"),
    "impossible time": APPROVED.replace("16:30", "26:30"),
    "mention through a slot": APPROVED.replace("AirCrisp 2", "AirCrisp @boss"),
    "hashtag through a slot": APPROVED.replace("AirCrisp 2", "AirCrisp #weg"),
    "link through a slot": APPROVED.replace("AirCrisp 2", "AirCrisp evil.com"),
    "scheme through a slot": APPROVED.replace("AirCrisp 2", "A http://e.co"),
    "new line through a slot": APPROVED.replace("AirCrisp 2", "AirCrisp\n2"),
    "too long a slot": APPROVED.replace("AirCrisp 2", "A" * 31),
    "empty slot": APPROVED.replace("AirCrisp 2", ""),
    "slot left open": APPROVED.replace("AirCrisp 2", "{product}"),
    "host with the same ending": APPROVED.replace("nordwerk.example.com", "evilnordwerk.example.com"),
    "host as a name before another": APPROVED.replace("nordwerk.example.com", "nordwerk.example.com.evil.com"),
    "host as a user name": APPROVED.replace("nordwerk.example.com", "nordwerk.example.com@evil.com"),
    "look-alike host": APPROVED.replace("nordwerk.example", "n\u043erdwerk.example"),
    "punycode host": APPROVED.replace("nordwerk.example.com", "xn--nrdwerk-7ve.example.com"),
    "plain http": APPROVED.replace("https://", "http://"),
    "a port": APPROVED.replace("example.com/", "example.com:8443/"),
    "another fact": APPROVED.replace(FACT, "ein Netzteil kann brennen"),
    "doubled spaces": APPROVED.replace("nicht benutzen", "nicht  benutzen"),
    "hyphen for dash": APPROVED.replace("–", "-"),
    "missing last sign": APPROVED[:-1],
}


@pytest.mark.parametrize("text", DISGUISED.values(), ids=DISGUISED.keys())
def test_a_disguise_never_passes(text: str) -> None:
    if text == APPROVED:
        pytest.fail("this case changes nothing")
    assert not ask(text).allowed


def test_the_reason_names_the_trick() -> None:
    assert ask(APPROVED.replace("Bitte", "Bit\u200bte")).reason is Reason.DISGUISED


@given(text=st.text(max_size=400))
def test_no_text_ever_passes_one_voice_unless_it_is_the_wording_itself(text: str) -> None:
    decision = ask(text)
    assert not decision.allowed
    assert decision.reason in {Reason.NOT_APPROVED, Reason.DISGUISED, Reason.EMPTY}


@given(place=st.integers(0, len(APPROVED)), what=st.characters(exclude_characters=" \u00a0\u202f\u2007\u2009\n\r"))
def test_no_character_can_be_slipped_into_an_approved_text(place: int, what: str) -> None:
    decision = ask(APPROVED[:place] + what + APPROVED[place:])
    if decision.allowed:
        # Only where a slot leaves a choice may one more sign stand: name, path of the link, time.
        slots = [VALUES[name] for name in ("product", "link", "at")]
        starts = [(APPROVED.index(value), len(value)) for value in slots]
        assert any(start <= place <= start + length for start, length in starts)


@given(postures=st.lists(st.sampled_from(Posture), max_size=5))
def test_the_strictest_lock_wins_in_any_order(postures: list[Posture]) -> None:
    locks = [lock(posture, id=str(place)) for place, posture in enumerate(postures)]
    order = list(Posture)
    expected = max(postures, key=order.index, default=Posture.OPEN)
    assert effective_posture(account(), locks) is effective_posture(account(), locks[::-1]) is expected
    assert strictest(postures) is expected


def test_a_lifted_lock_and_another_accounts_lock_do_not_count() -> None:
    lifted = lock(Posture.HOLD, lifted_at=NOW)
    foreign = lock(Posture.HOLD, account_id="other")
    assert effective_posture(account(), [lifted, foreign]) is Posture.OPEN
    assert effective_posture(account(base_posture=Posture.REVIEW), [lifted]) is Posture.REVIEW
