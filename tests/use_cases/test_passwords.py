"""A password is refused for being guessable, not for its signs; whoever chooses a sentence is let in."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from command_center.errors import BadInput
from command_center.use_cases.passwords import FEWEST_GUESSES, SHORTEST, check_password, guesses

COMMON = FREQUENCY_LISTS["passwords"]


@pytest.mark.parametrize(
    "password",
    [
        "passwort1234567",
        "Willkommen12345!",
        "qwertzuiop12345",
        "krisenzentrum12",
        "Sommer2026Sommer",
        "ichliebedich123",
        "ababababababab1",
        "aaaaaaaaaaaaaaaa",
        "P@ssw0rtP@ssw0rt",
    ],
)
def test_what_many_think_of_is_refused_however_long(password: str) -> None:
    assert len(password) >= SHORTEST
    with pytest.raises(BadInput, match=r"password\.common"):
        check_password(password, login="kim")


@pytest.mark.parametrize(
    "password",
    [
        "Der Sturm kommt um acht.",
        "kaffee tasse wolke dach",
        "ein langer guter Satz",
        "vK2#q9pLw8!zTn4",
        "日本語で書かれたとても長い合言葉",
    ],
)
def test_a_sentence_or_chance_is_let_in_without_rules_about_signs(password: str) -> None:
    check_password(password, login="kim")


def test_the_company_and_the_person_are_no_passwords() -> None:
    known = ("Nordwerk Hausgeräte", "Kimberly Brandt", "k.brandt@example.org")
    for password in ("NordwerkNordwerk", "Hausgeräte-Nordwerk1", "Brandt-Kimberly1", "nordwerkkimberly2026"):
        with pytest.raises(BadInput, match=r"password\.common"):
            check_password(password, login="kb", about=known)
    check_password("Nordwerk-Fritteuse-Wolke", login="kb", about=known)


def test_of_the_three_thousand_most_common_none_gets_in_by_being_made_longer() -> None:
    """Those long enough as they are, and every tenth of the first 3,000 made long in the ways people do."""
    tried = [password for password in COMMON if len(password) >= SHORTEST]
    for password in COMMON[:3000:10]:
        short = SHORTEST - len(password)
        tried += [password * (SHORTEST // len(password) + 1), password + "123456789012345"[:short]]
    let_in = [password for password in tried if guesses(password) >= FEWEST_GUESSES]
    assert len(tried) > 600
    assert let_in == []


def test_the_longest_password_is_judged_and_one_sign_more_is_refused() -> None:
    with pytest.raises(BadInput, match=r"password\.too_long"):
        check_password("vK2#q9pLw8!zTn4 " * 17, login="kim")
    check_password("vK2#q9pLw8!zTn4 rB7 wolke dach tasse" * 7, login="kim")
