"""What a storm is about: what grew is named first, copies and loud authors do not decide it, and nothing breaks it."""

import json
import unicodedata
from datetime import timedelta

import pytest

from command_center.domain.mentions import Sentiment
from command_center.domain.narratives import About, about
from command_center.domain.new_terms import NewTerms
from command_center.domain.term_counts import TermCounts, log_odds
from command_center.domain.terms import hosts, own_terms, spelled, tokens
from tests.domain.chatter import DAILY, NOON, TOPIC, dice, planted, post, small_talk


@pytest.fixture(scope="module")
def found() -> About:
    return about([*small_talk(60, seed=3, first=5_000), *planted(40)], small_talk(800), TOPIC)


def test_a_planted_storm_is_ranked_first(found: About) -> None:
    assert {term.text for term in found.words[:4]} == {"Rückruf", "Stecker", "sofort", "ziehen"}
    assert [term.text for term in found.hashtags] == ["#Brandgefahr"]
    assert [term.text for term in found.links] == ["kurier.example"]
    assert found.phrases[0].text == "Stecker sofort ziehen"
    assert len(found.words) == 4, "everyday words did not grow"


def test_a_grown_term_comes_with_the_numbers_that_explain_it(found: About) -> None:
    term = next(term for term in found.words if term.key == "rueckruf")
    assert (term.distinct, term.mentions, term.usual) == (40, 40, 0.0)
    assert term.share == pytest.approx(0.4)
    assert term.first_at == NOON + timedelta(seconds=10_000)
    assert term.score > 3


def test_a_new_narrative_is_in_the_top_three_after_twenty_mentions() -> None:
    storm = [*small_talk(14, seed=3, first=5_000), *planted(6)]
    words = about(storm, small_talk(800), TOPIC).words
    assert {term.key for term in words[:3]} <= {"rueckruf", "stecker", "sofort", "ziehen"}


def test_an_ordinary_day_is_about_nothing() -> None:
    found = about(small_talk(200, seed=9, first=5_000), small_talk(2_000), TOPIC)
    assert (found.words, found.hashtags, found.links, found.phrases) == ((), (), (), ())


def test_copies_count_once_in_the_ranking_but_are_shown() -> None:
    wave = [post(20_000 + n, f"RT @a{n}: Gewinnspiel mit tollen Preisen", is_repost=n > 0) for n in range(300)]
    twins = [post(30_000 + n, f"Endlich Gewinnspiel {word}") for n, word in enumerate(("A", "nun doch", "leider zu"))]
    found = about([*planted(40), *wave, *twins], small_talk(800), TOPIC)
    prize = next(term for term in found.words if term.key == "gewinnspiel")
    assert found.words.index(prize) > 3
    assert (prize.distinct, prize.mentions) == (4, 303)
    assert (found.copies[0].mentions, found.copies[0].authors, found.copies[0].first.author) == (
        300,
        300,
        "author20000",
    )


def test_one_author_posting_hundreds_of_texts_is_loud_but_no_narrative() -> None:
    chance = dice(4)
    spam = [post(20_000 + n, f"Kryptogewinn {' '.join(chance.choices(DAILY, k=9))}", author="spam") for n in range(400)]
    found = about([*planted(40), *spam], small_talk(800), TOPIC)
    assert "kryptogewinn" not in [term.key for term in found.words[:4]]
    assert (found.loudest[0].author, found.loudest[0].mentions) == ("spam", 400)


@pytest.mark.parametrize(
    "own", ["Nordwerk", "nordwerks", "#Nordwerk", "#AirCrisp2", "aircrisp", "2", "MÜLLER", "Mueller", "muller"]
)
def test_the_topics_own_terms_are_left_out(own: str) -> None:
    assert all(map(own_terms(TOPIC), tokens(own)))


def test_the_brand_is_in_no_list() -> None:
    storm = [
        post(n, f"Nordwerk brennt {' '.join(DAILY[n % 9 : n % 9 + 4])} @nordwerk AirCrisp 2 Brand") for n in range(90)
    ]
    found = about(storm, [post(n, f"{DAILY[n % 9]} Ofen {n}") for n in range(900)], TOPIC)
    shown = " ".join(term.key for term in (*found.words, *found.hashtags, *found.phrases))
    assert "nordwerk" not in shown
    assert "aircrisp" not in shown
    assert "brennt" in shown


def test_a_hashtag_built_from_the_brand_is_news() -> None:
    assert not own_terms(TOPIC)("#nordwerkskandal")


def test_spellings_of_a_word_are_one_and_the_most_usual_is_shown() -> None:
    ways = ["Rückruf", "RÜCKRUF", "rueckruf", unicodedata.normalize("NFD", "Rückruf"), "Rückruf", "Rück\u200bruf"]
    storm = [post(n, f"Grund {DAILY[n]} {DAILY[n + 3]} {way}") for n, way in enumerate(ways)]
    found = about(storm, (), TOPIC)
    term = next(term for term in found.words if term.key == "rueckruf")
    assert (term.text, term.distinct) == ("Rückruf", 6)
    assert spelled("rueckruf", ["nichts dergleichen"]) == "rueckruf"


def test_typical_posts_tell_what_grew_are_no_copies_of_each_other_and_no_reposts() -> None:
    reposts = [post(1, "RT @x: Rückruf Stecker sofort ziehen jetzt"), post(2, "Rückruf Stecker ziehen", is_repost=True)]
    found = about([*reposts, *small_talk(60, seed=3, first=5_000), *planted(40)], small_talk(800), TOPIC)
    assert len(found.typical) == 3
    assert all("Rückruf" in each.text and not each.text.startswith("RT") for each in found.typical)
    assert len({each.copy_key for each in found.typical}) == 3
    assert not any(each.is_repost for each in found.typical)


def test_voices_are_named_by_how_often_they_speak_and_by_whom_they_reach() -> None:
    storm = [post(n, f"Post {n}", author="often", reach=5) for n in range(3)]
    storm += [post(8, "Nur einmal", author="star", reach=9_000, sentiment=Sentiment.NEGATIVE)]
    storm += [post(20 + n, f"Niemand {n}", author="", reach=10_000) for n in range(5)]
    found = about(storm, (), TOPIC)
    assert [(voice.author, voice.mentions) for voice in found.loudest] == [("often", 3), ("star", 1)]
    assert [(voice.author, voice.reach, voice.negative) for voice in found.furthest] == [
        ("star", 9_000, 1),
        ("often", 5, 0),
    ]
    assert found.authors == 7


def test_the_split_is_shown_beside_the_usual_one() -> None:
    storm = [post(n, f"Text {n}", network="x" if n else "news", sentiment=Sentiment.NEGATIVE) for n in range(4)]
    usual = [post(n, f"Text {n}", network="news", sentiment=Sentiment.NEUTRAL) for n in range(4)]
    found = about(storm, usual, TOPIC)
    assert [(split.value, split.mentions, split.share, split.usual) for split in found.networks] == [
        ("x", 3, 0.75, 0.0),
        ("news", 1, 0.25, 1.0),
    ]
    assert [(split.value, split.usual) for split in found.sentiments] == [("negative", 0.0)]


def test_the_same_mentions_in_any_order_give_the_same_answer(found: About) -> None:
    storm, usual = [*small_talk(60, seed=3, first=5_000), *planted(40)], small_talk(800)
    dice(5).shuffle(storm)
    dice(6).shuffle(usual)
    assert about(storm, usual, TOPIC) == found


def test_of_very_many_texts_a_draw_is_ranked_but_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = TermCounts.of(small_talk(800))
    monkeypatch.setattr("command_center.domain.term_counts.DRAW", 50)
    found = about([*small_talk(200, seed=3, first=5_000), *planted(200)], usual, TOPIC)
    assert next(term for term in found.words if term.key == "rueckruf").distinct == 200


def test_nothing_at_all_is_about_nothing() -> None:
    empty = about((), (), TOPIC)
    assert (empty.mentions, empty.texts, empty.words, empty.copies, empty.typical) == (0, 0, (), (), ())
    assert about((), small_talk(50), TOPIC).words == ()


def test_without_a_past_the_most_frequent_words_are_given_and_nothing_is_said_to_have_grown() -> None:
    words = about(planted(40), (), TOPIC).words
    assert {"rueckruf", "stecker"} <= {term.key for term in words}
    assert {term.score for term in words} == {0.0}
    assert not {"die", "und", "mit"} & {term.key for term in words}


def test_undated_mentions_and_those_without_author_or_copy_key_are_counted() -> None:
    storm = [post(n, f"Rückruf {word}", created_at=None, author="", copy_key="") for n, word in enumerate(DAILY)]
    found = about(storm, (), TOPIC)
    assert (found.mentions, found.texts, found.words[0].key, found.words[0].first_at) == (len(DAILY),) * 2 + (
        "rueckruf",
        None,
    )


HOSTILE = [
    "",
    "\u200b" * 5_000,
    "😀" * 10_000,
    "👩‍👩‍👧 " * 3_000,
    "R\u0336u\u0336f\u0336 " * 900,
    "\u202eumgekehrt\u202c",
    "\ud800 allein",
    "@" * 9_000,
    "# ## ### #" * 900,
    "http://" * 2_000,
    "https://" + "a." * 4_000,
    "| || |x| a|b",
    "''''’’’’",
    "ﷺ" * 2_000,
    "a" * 50_000,
    "wort " * 20_000,
    "日本語のテキスト、新製品の回収",
    "\x00\x1e\x1f\n\r\t",
    "İ ı ſ ẞ ß",
]


def test_hostile_texts_are_read_like_any_other() -> None:
    storm = [post(n, text) for n, text in enumerate(HOSTILE * 2)]
    found = about([*storm, *planted(40)], [*small_talk(200), *storm], TOPIC)
    assert found.words[0].key in {"rueckruf", "stecker", "sofort", "ziehen"}
    ear = NewTerms(TOPIC)
    ear.hear(NOON, storm)
    json.dumps([TermCounts.of(storm).state(), ear.state()])


def test_a_term_shown_holds_no_invisible_or_direction_changing_character(found: About) -> None:
    storm = [post(n, f"{DAILY[n]} \u202eRückruf\u200b\u2066 {DAILY[n + 1]}") for n in range(9)]
    for term in about(storm, (), TOPIC).words:
        assert all(character.isalnum() for character in term.text)


def test_hosts_are_told_from_handles_and_from_links_that_only_shorten() -> None:
    assert hosts("https://www.Kurier.example/a?b http://t.co/x https://user@b.example ftp://c.example") >= {
        "kurier.example"
    }
    assert not hosts("http://t.co/x @kurier.example kurier.example")
    assert tokens("@a.b Siehe https://x.example/Rückruf #Rückruf!") == ["|", "siehe", "|", "#rueckruf", "|"]


def test_counts_of_parts_add_up_to_the_counts_of_the_whole_and_survive_json() -> None:
    first, second = small_talk(300, seed=1), planted(40)
    merged = TermCounts.of(first).merged(TermCounts.of(second))
    whole = TermCounts.of([*first, *second])
    assert (merged.mentions, merged.texts, merged.size, merged.terms) == (
        whole.mentions,
        whole.texts,
        whole.size,
        whole.terms,
    )
    assert TermCounts.restore(json.loads(json.dumps(merged.state()))) == merged


def test_a_stored_background_gives_the_same_answer_as_its_mentions(found: About) -> None:
    usual = TermCounts.restore(json.loads(json.dumps(TermCounts.of(small_talk(800)).state())))
    assert about([*small_talk(60, seed=3, first=5_000), *planted(40)], usual, TOPIC) == found


def test_the_prior_keeps_a_word_seen_twice_behind_one_that_grew_for_sure() -> None:
    assert log_odds(2, 0, 2_000, 100_000) < log_odds(200, 1_000, 2_000, 100_000)
    assert log_odds(20, 0, 2_000, 100_000) > log_odds(3, 0, 2_000, 100_000) > 0
    assert log_odds(20, 1_000, 2_000, 100_000) == pytest.approx(0.0)
    assert log_odds(5, 5, 5, 5) == pytest.approx(0.0)


def test_a_short_past_still_tells_what_is_new() -> None:
    words = about([*small_talk(10, seed=3, first=5_000), *planted(10)], small_talk(60), TOPIC).words
    assert {term.key for term in words[:4]} == {"rueckruf", "stecker", "sofort", "ziehen"}
