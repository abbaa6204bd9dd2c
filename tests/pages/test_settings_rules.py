"""Settings, alert rules: every rule of the house or of a topic, what it would have raised, and how it came to be."""

from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from command_center.domain.rules import FOR_ALL, RuleSet
from command_center.domain.signs import Severity
from command_center.domain.topics import Topic
from command_center.ui.rule_fields import GROUPS
from tests.pages.conftest import House, OpenPage, words_on


def topic_of(house: House) -> str:
    with house.ctx.store.reading() as store:
        return store.find(Topic)[0].id


def rules_of(house: House, identity: str = "") -> RuleSet | None:
    identity = identity or topic_of(house)
    with house.ctx.store.reading() as store:
        return store.get(RuleSet, identity)


def kept_by(house: House) -> RuleSet:
    kept = rules_of(house)
    assert kept is not None
    return kept


def key(at: AppTest, name: str) -> str:
    """Return the key of a field, whatever version it belongs to."""
    ending = "_" + name.replace(".", "_")
    kinds = (at.number_input, at.text_area, at.toggle, at.text_input, at.datetime_input)
    return next(str(item.key) for kind in kinds for item in kind if str(item.key).endswith(ending))


def save(at: AppTest) -> AppTest:
    at.run()
    return at.button(key="rule_save").click().run()


def test_the_preview_follows_what_is_typed_before_anything_is_in_force(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    assert not at.exception
    assert "Ausschlag ·" in words_on(at)
    at.number_input(key=key(at, "spike.floor")).set_value(900).run()
    assert "Ausschlag ·" not in words_on(at), "no text count reaches this floor; what is left has other reasons"
    assert "Noch nicht in Kraft" in words_on(at)
    assert rules_of(stormy) is None


def test_rules_put_into_force_get_a_new_version_and_keep_what_was_not_touched(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    at.number_input(key=key(at, "spike.floor")).set_value(20)
    at.text_area(key=key(at, "words.plain")).set_value("Rückruf\nExplosion")
    at.text_area(key=key(at, "words.injury")).set_value("Verletzte")
    save(at)
    kept = kept_by(stormy)
    assert (kept.version, kept.rules.spike.floor, kept.rules.spike.authors, kept.rules.spike.score) == (2, 20, 5, 0.5)
    words = {word.word: word.severity for word in kept.rules.keywords.words}
    assert words["Explosion"] is None
    assert (words["Verletzte"], words["Todesfall"]) == (Severity.INJURY, Severity.DEATH)
    assert "recall" not in words


def test_every_rule_can_be_switched_off_and_every_number_changed(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    for kind in GROUPS:
        if kind != "storm":
            at.toggle(key=key(at, f"{kind}.active")).set_value(False)
    for field in (field for group in GROUPS.values() for field in group):
        item = at.number_input(key=key(at, field.place))
        item.set_value((item.value or 0) + 1)
    at.toggle(key=key(at, "authority.only_negative")).set_value(False)
    at.text_area(key=key(at, "authority.handles")).set_value("@polizei\n@behoerde")
    save(at)
    assert not at.exception
    rules = kept_by(stormy).rules
    assert not any(getattr(rules, kind).active for kind in GROUPS if kind != "storm")
    assert (rules.negative.share, rules.negative.least, rules.silence.share, rules.drop.share) == (0.51, 21, 0.81, 0.11)
    assert (rules.cool_down_minutes, rules.escalate_after_minutes, rules.authority.reach) == (361, 31, 500_001)
    assert (rules.authority.handles, rules.authority.only_negative) == (("@polizei", "@behoerde"), False)
    assert round(rules.spike.score, 4) == round(1 / 3, 4), "twice a week instead of once"
    assert "0 Alarme" in words_on(at)


def test_an_expected_peak_is_entered_in_local_time_and_removed_by_emptying_its_name(
    stormy: House, page_of: OpenPage
) -> None:
    at = page_of("settings", part="rules")
    at.text_input(key=key(at, "peak0.name")).set_value("Messe")
    at.datetime_input(key=key(at, "peak0.begins")).set_value(datetime.fromisoformat("2026-09-05T08:00"))
    at.datetime_input(key=key(at, "peak0.ends")).set_value(datetime.fromisoformat("2026-09-05T20:00"))
    at.run()
    assert "erwartet: Messe" in words_on(at), "the preview annotates what lies within"
    save(at)
    [peak] = kept_by(stormy).rules.peaks.peaks
    assert (peak.name, peak.begins) == ("Messe", datetime(2026, 9, 5, 6, 0, tzinfo=UTC))
    at.text_input(key=key(at, "peak0.name")).set_value("")
    save(at)
    assert kept_by(stormy).rules.peaks.peaks == ()


def test_a_topic_with_rules_of_its_own_can_follow_the_house_again(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    assert "rule_follow" not in [button.key for button in at.button]
    at.number_input(key=key(at, "spike.floor")).set_value(77)
    save(at)
    assert "Dieses Thema hat eigene Regeln" in words_on(at)
    at.button(key="rule_follow").click().run()
    assert not at.exception
    assert at.number_input(key=key(at, "spike.floor")).value == 10
    at.number_input(key=key(at, "spike.floor")).set_value(78)
    save(at)
    kept = kept_by(stormy)
    assert (kept.version, kept.follows_house) == (4, False), "a version is never used twice"


def test_the_history_says_who_changed_what_from_what_to_what(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    at.number_input(key=key(at, "negative.share")).set_value(60)
    save(at)
    said = words_on(at)
    assert "Fassung 2, Kim Brandt" in said
    assert "Stimmung kippt, Negativer Anteil der Stunde (%): 50 % → 60 %" in said


def test_the_houses_rules_hold_for_every_topic_without_its_own(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    at.selectbox(key="rule_topic").set_value("").run()
    assert "Diese Regeln gelten für: Nordwerk" in words_on(at)
    assert "Ausschlag ·" in words_on(at), "the preview replays every topic concerned"
    at.toggle(key=key(at, "spike.active")).set_value(False)
    save(at)
    kept = rules_of(stormy, FOR_ALL)
    assert kept is not None
    assert not kept.rules.spike.active
    assert rules_of(stormy) is None


def test_a_value_that_makes_no_sense_is_refused_in_words(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    at.text_input(key=key(at, "peak0.name")).set_value("Messe")
    at.datetime_input(key=key(at, "peak0.begins")).set_value(datetime.fromisoformat("2026-09-06T08:00"))
    at.datetime_input(key=key(at, "peak0.ends")).set_value(datetime.fromisoformat("2026-09-05T08:00"))
    save(at)
    assert [error.value for error in at.error] == ["Der erwartete Ausschlag „Messe“ muss nach seinem Beginn enden."]
    assert rules_of(stormy) is None
