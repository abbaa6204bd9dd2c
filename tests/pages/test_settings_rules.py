from command_center.domain.rules import RuleSet
from command_center.domain.topics import Topic
from tests.pages.conftest import House, OpenPage, words_on


def rules_of(house: House) -> RuleSet | None:
    with house.ctx.store.reading() as store:
        topic = store.find(Topic)[0]
        return store.get(RuleSet, topic.id)


def test_the_preview_follows_what_is_typed_before_anything_is_in_force(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    assert "Ausschlag ·" in words_on(at)
    at.number_input(key="rule_floor").set_value(900)
    at.run()
    assert "Ausschlag ·" not in words_on(at), "no text count reaches this floor; what is left has other reasons"
    assert rules_of(stormy) is None


def test_rules_put_into_force_get_a_new_version_and_keep_what_was_not_touched(stormy: House, page_of: OpenPage) -> None:
    at = page_of("settings", part="rules")
    at.number_input(key="rule_floor").set_value(20)
    at.text_area(key="rule_words").set_value("Rückruf, Explosion")
    at.run()
    at.button(key="rule_save").click().run()
    kept = rules_of(stormy)
    assert kept is not None
    assert (kept.version, kept.rules.spike.floor, kept.rules.spike.authors) == (2, 20, 5)
    assert [word.word for word in kept.rules.keywords.words] == ["Rückruf", "Explosion"]
