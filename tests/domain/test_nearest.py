"""The wording offered instead of a refused draft is the one a person would call the closest."""

from command_center.domain.nearest import nearest_wording
from command_center.domain.statements import Variant
from tests.domain.gate import version

LONG = (
    "Bitte benutzen Sie {product} ab sofort nicht mehr. Bestätigt ist: {risk}. Ihre Sicherheit geht vor; es tut uns "
    "leid, dass Sie sich darum sorgen müssen. Wie viele betroffen sind, wissen wir noch nicht. Alles, was bestätigt "
    "ist, steht auf {link}."
)
SHORT = "Bitte benutzen Sie {product} vorerst nicht mehr. Was bestätigt ist, steht hier: {link}. Es tut uns leid."
DRAFT = "Bitte benutzen Sie die AirCrisp 2 vorerst nicht mehr. Was bestätigt ist, steht auf unserer Seite. Pardon!"


def test_a_long_wording_that_holds_the_same_words_does_not_win_over_a_short_one_that_says_the_same() -> None:
    approved = version()
    found = nearest_wording(DRAFT, [(approved, Variant(language="de", text=text)) for text in (LONG, SHORT)])
    assert found is not None
    assert found.text == SHORT
