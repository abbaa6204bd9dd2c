"""Ways to make a text look approved that isn't, by name; each starts from the one of ``tests.domain.gate``.

``disguises`` must never leave under one voice; ``honest`` is what phones, keyboards and clipboards do by themselves.
"""

import unicodedata
from collections.abc import Iterator

from tests.domain.gate import APPROVED, FACT, VALUES

PRODUCT, LINK, AT = VALUES["product"], VALUES["link"], VALUES["at"]

# Letters of other alphabets and styles that look like a Latin one standing in the approved text.
LOOK_ALIKE = {
    "Cyrillic а": ("a", "\u0430"),
    "Cyrillic е": ("e", "\u0435"),
    "Cyrillic о": ("o", "\u043e"),
    "Cyrillic с": ("c", "\u0441"),
    "Cyrillic г": ("r", "\u0433"),
    "Cyrillic і": ("i", "\u0456"),
    "Cyrillic ѕ": ("s", "\u0455"),
    "Cyrillic В": ("B", "\u0412"),
    "Cyrillic М": ("M", "\u041c"),
    "Cyrillic һ": ("h", "\u04bb"),
    "Greek ο": ("o", "\u03bf"),
    "Greek Β": ("B", "\u0392"),
    "Greek Ι": ("I", "\u0399"),
    "Greek μ": ("u", "\u03bc"),
    "Armenian ո": ("n", "\u0578"),
    "Armenian օ": ("o", "\u0585"),
    "Cherokee Ꭵ": ("i", "\u13a5"),
    "Cherokee Ꮇ": ("M", "\u13b7"),
    "Lisu ꓐ": ("B", "\ua4d0"),
    "IPA ɑ": ("a", "\u0251"),
    "small capital ɴ": ("n", "\u0274"),
    "phonetic ᴏ": ("o", "\u1d0f"),
    "Latin long s": ("s", "\u017f"),
    "dotless ı": ("i", "\u0131"),
    "kra ĸ": ("k", "\u0138"),
    "Lisu ꓲ": ("I", "\ua4f2"),
    "full width Ｂ": ("B", "\uff22"),
    "full width ｅ": ("e", "\uff45"),
    "mathematical bold 𝐁": ("B", "\U0001d401"),
    "mathematical script 𝒸": ("c", "\U0001d4b8"),
    "double-struck 𝕟": ("n", "\U0001d55f"),
    "monospace 𝚒": ("i", "\U0001d692"),
    "circled ⓔ": ("e", "\u24d4"),
    "squared 🄱": ("B", "\U0001f131"),
    "regional indicator 🇧": ("B", "\U0001f1e7"),
    "superscript ⁿ": ("n", "\u207f"),
    "letterlike ℯ": ("e", "\u212f"),
    "Roman numeral ⅽ": ("c", "\u217d"),
    "ligature ﬀ": ("u", "\ufb00"),
    "Coptic ⲟ": ("o", "\u2c9f"),
    "Hebrew samekh for o": ("o", "\u05e1"),
    "Arabic heh for o": ("o", "\u0647"),
    "Deseret 𐐬": ("o", "\U0001042c"),
    "digit for a letter": ("o", "0"),
    "capital I for l": ("l", "I"),
    "rn for m": ("m", "rn"),
    "umlaut left out": ("ü", "u"),
    "umlaut spelled out": ("ü", "ue"),
    "double acute for umlaut": ("ü", "ű"),
    "Cyrillic ӹ for ü": ("ü", "\u044b\u0308"),
    "ring for umlaut": ("ä", "å"),
}

# What shows nothing, or nearly nothing, when it stands between two letters.
UNSEEN = {
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "function application": "\u2061",
    "invisible times": "\u2062",
    "invisible separator": "\u2063",
    "invisible plus": "\u2064",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c",
    "left-to-right embedding": "\u202a",
    "right-to-left embedding": "\u202b",
    "pop directional formatting": "\u202c",
    "left-to-right override": "\u202d",
    "right-to-left override": "\u202e",
    "left-to-right isolate": "\u2066",
    "right-to-left isolate": "\u2067",
    "first strong isolate": "\u2068",
    "pop directional isolate": "\u2069",
    "inhibit symmetric swapping": "\u206a",
    "combining grapheme joiner": "\u034f",
    "Hangul filler": "\u3164",
    "Hangul choseong filler": "\u115f",
    "half-width Hangul filler": "\uffa0",
    "Khmer inherent vowel": "\u17b4",
    "Mongolian vowel separator": "\u180e",
    "Mongolian variation selector": "\u180b",
    "braille blank": "\u2800",
    "variation selector 1": "\ufe00",
    "text style selector": "\ufe0e",
    "emoji style selector": "\ufe0f",
    "variation selector 17": "\U000e0100",
    "tag letter": "\U000e0061",
    "language tag": "\U000e0001",
    "interlinear anchor": "\ufff9",
    "object replacement": "\ufffc",
    "musical begin beam": "\U0001d173",
    "shorthand overlap": "\U0001bca0",
    "private use": "\ue000",
    "unassigned": "\U0001fff0",
    "lone surrogate": "\ud83d",
    "null": "\x00",
    "backspace": "\x08",
    "escape": "\x1b",
    "delete": "\x7f",
    "combining acute": "\u0301",
    "combining dot below": "\u0323",
    "strike through": "\u0336",
    "enclosing circle": "\u20dd",
    "slash overlay": "\u0338",
    "piled marks": "\u0300\u0301\u0302\u0303\u0304\u0305",
}

# What stands where one plain space was approved.
SPACES = {
    "two spaces": "  ",
    "no space": "",
    "tab": "\t",
    "line end": "\n",
    "carriage return and line end": "\r\n",
    "vertical tab": "\u000b",
    "form feed": "\u000c",
    "file separator": "\u001c",
    "next line": "\u0085",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "em space": "\u2003",
    "hair space": "\u200a",
    "mathematical space": "\u205f",
    "ideographic space": "\u3000",
    "Ogham space": "\u1680",
    "thread cut": "\n---\n",
}

SIGNS = {
    "hyphen for dash": ("–", "-"),
    "em dash": ("–", "—"),
    "minus": ("–", "\u2212"),
    "colon look-alike": (":", "\ua789"),
    "ratio for colon": (":", "\u2236"),
    "full-width colon": (":", "\uff1a"),
    "full stop look-alike": (". D", "\u3002D"),
    "one dot leader": (". D", "\u2024 D"),
    "exclamation look-alike": ("!", "\u01c3"),
    "double exclamation": ("!", "\u203c"),
    "question for exclamation": ("!", "?"),
    "guillemets": ("„", "»"),
    "primes for quotes": ("“", "\u2033"),
    "grave accent for quotes": ("“", "`"),
}

IN_PRODUCT = {
    "mention": "AirCrisp @boss",
    "mention, full width": "AirCrisp ＠boss",
    "mention at once": "@boss",
    "hashtag": "AirCrisp #weg",
    "hashtag, full width": "AirCrisp ＃weg",
    "cashtag": "AirCrisp $NW",
    "domain": "AirCrisp evil.com",
    "domain of one letter": "x.com/weg",
    "short link": "t.co/abc",
    "short link, upper case": "T.CO/abc",
    "domain with umlaut": "lüge.de",
    "domain ending with umlaut": "evil.vermögen",
    "punycode domain": "xn--lge-hoa.de",
    "punycode ending": "evil.xn--p1ai",
    "domain at a path": "bit.ly/weg",
    "domain with a port": "evil.com:80",
    "domain with a dot behind": "evil.com.",
    "domain, ideographic stop": "evil\u3002com",
    "domain, full-width stop": "evil\uff0ecom",
    "scheme": "A http://e.co",
    "scheme without slashes": "mailto:a",
    "telephone scheme": "tel:0900",
    "script scheme": "javascript:a(1)",
    "www": "www.boese",
    "address of numbers": "10.1.2.3/weg",
    "line end": "AirCrisp\n2",
    "carriage return": "AirCrisp\r2",
    "line separator": "AirCrisp\u20282",
    "tab": "AirCrisp\t2",
    "too long": "A" * 31,
    "empty": "",
    "only spaces": "   ",
    "space before": " AirCrisp",
    "left open": "{product}",
    "another slot": "{risk}",
    "named entity": "&commat;boss",
    "numbered entity": "&#64;boss",
    "numbered entity, hexadecimal": "&#x40;boss",
    "angle bracket entity": "&lt;b&gt;",
    "tag": "<b>AirCrisp</b>",
    "percent-encoded at": "%40boss",
    "percent-encoded dot": "evil%2Ecom",
    "Markdown link": "[AirCrisp](a)",
    "backslash": "AirCrisp\\n",
    "emoji": "AirCrisp \U0001f525",
    "keycap": "AirCrisp 2\ufe0f\u20e3",
    "Cyrillic": "\u0410irCrisp 2",
    "zero-width space": "Air\u200bCrisp",
    "soft hyphen": "Air\u00adCrisp",
    "right-to-left override": "\u202epsirCriA",
    "long s": "AirCri\u017fp",
    "Arabic digit": "AirCrisp \u0662",
    "combining marks": "A\u0334irCrisp",
    "thread cut": "---",
    "thread cut, dashes": "–––",
    "nothing but signs": "....",
    "pipe": "AirCrisp | 2",
    "null": "AirCrisp\x002",
}

IN_TIME = {
    "Arabic digits": "\u0661\u0666:30 Uhr",
    "Persian digits": "\u06f1\u06f6:30 Uhr",
    "Devanagari digits": "\u0967\u096c:30 Uhr",
    "mathematical digits": "\U0001d7cf\U0001d7d4:30 Uhr",
    "full-width digits": "\uff11\uff16:30 Uhr",
    "superscript digits": "\u00b9\u2076:30 Uhr",
    "circled digits": "\u2460\u2465:30 Uhr",
    "letter O": "16:3O Uhr",
    "letter l": "l6:30 Uhr",
    "impossible hour": "26:30 Uhr",
    "hour 24": "24:00 Uhr",
    "impossible minute": "16:60 Uhr",
    "impossible day": "32.01.2026",
    "impossible month": "01.13.2026",
    "no such day": "31.02.2026",
    "no leap year": "29.02.2027",
    "impossible time behind a date": "01.01. 99.99 Uhr",
    "a word for a month": "16 Tote",
    "a name for a month": "12 Leichen 2026",
    "day 45 of a month": "45 Mai",
    "another century": "01.01.3026",
    "a word": "bald",
    "a promise": "16:30 Uhr garantiert",
    "a link": "16:30.com",
    "two times": "16:30 Uhr 17:30 Uhr",
    "nothing": "",
}

IN_LINK = {
    "host with the same ending": "https://evilnordwerk.example.com/r",
    "host as a name before another": "https://nordwerk.example.com.evil.com/r",
    "host as a user name": "https://nordwerk.example.com@evil.com/r",
    "host as a user with password": "https://nordwerk.example.com:a@evil.com/r",
    "subdomain": "https://r.nordwerk.example.com/r",
    "other ending": "https://nordwerk.example.co/r",
    "dot behind": "https://nordwerk.example.com./r",
    "two dots": "https://nordwerk..example.com/r",
    "Cyrillic host": "https://nordw\u0435rk.example.com/r",
    "full-width host": "https://\uff4eordwerk.example.com/r",
    "punycode host": "https://xn--nrdwerk-7ve.example.com/r",
    "ideographic stop": "https://nordwerk\u3002example.com/r",
    "soft hyphen": "https://nord\u00adwerk.example.com/r",
    "plain http": "http://nordwerk.example.com/r",
    "scheme left out": "//nordwerk.example.com/r",
    "host alone": "nordwerk.example.com/r",
    "another scheme": "ftp://nordwerk.example.com/r",
    "upper-case scheme": "HTTPS://nordwerk.example.com/r",
    "a port": "https://nordwerk.example.com:8443/r",
    "backslash": "https://nordwerk.example.com\\evil.com",
    "fragment": "https://nordwerk.example.com/r#weg",
    "a second link": "https://nordwerk.example.com/r https://evil.com",
    "a second address in the path": "https://nordwerk.example.com//evil.com",
    "encoded slashes": "https://nordwerk.example.com/%2F%2Fevil.com",
    "encoded line end": "https://nordwerk.example.com/%0d%0aweg",
    "encoded null": "https://nordwerk.example.com/%00",
    "encoded at": "https://nordwerk.example.com/%40evil",
    "encoded twice": "https://nordwerk.example.com/%252e%252e/",
    "way up": "https://nordwerk.example.com/../r",
    "encoded way up": "https://nordwerk.example.com/%2e%2e/r",
    "sent on elsewhere": "https://nordwerk.example.com/?u=https%3A%2F%2Fevil.com",
    "broken escape": "https://nordwerk.example.com/%zz",
    "bytes that are no text": "https://nordwerk.example.com/%ff%fe",
    "tilde host": "https://nordwerk.example.com~evil/r",
    "query without path": "https://nordwerk.example.com?@evil",
    "too long": "https://nordwerk.example.com/" + "a" * 40,
    "host not listed": "https://evil.com/r",
    "host of numbers": "https://127.0.0.1/r",
}

WHOLE = {
    "addition at the end": APPROVED + " Versprochen.",
    "one sign at the end": APPROVED + ".",
    "addition behind a line end": APPROVED + "\nUnd jetzt die Wahrheit.",
    "addition behind many line ends": APPROVED + "\n" * 200 + "Gelogen!",
    "addition behind spaces": APPROVED + " " * 300 + "Gelogen!",
    "addition as a second post": APPROVED + "\n---\nGelogen!",
    "addition at the start": "Ehrlich: " + APPROVED,
    "mention at the start": "@boss " + APPROVED,
    "hashtag at the end": APPROVED + " #satire",
    "link at the end": APPROVED + " https://evil.com",
    "emoji at the end": APPROVED + " \U0001f602",
    "emoji family at the end": APPROVED + "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "flag of tags at the end": APPROVED + "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "hidden words in tags": APPROVED + "".join(chr(0xE0000 + ord(sign)) for sign in "Gelogen"),
    "hidden words in selectors": APPROVED + "".join(chr(0xE0100 + ord(sign)) for sign in "Gelogen"),
    "upper case": APPROVED.upper(),
    "lower case": APPROVED.lower(),
    "other case of one letter": APPROVED.replace("Bitte", "bitte"),
    "twice": APPROVED + " " + APPROVED,
    "half": APPROVED[: len(APPROVED) // 2],
    "a word left out": APPROVED.replace(" nicht", ""),
    "missing last sign": APPROVED[:-1],
    "backwards": APPROVED[::-1],
    "backwards under an override": "\u202e" + APPROVED[::-1],
    "in compatibility form with ligatures": APPROVED.replace("t", "\ufb05"),
    "HTML entities": APPROVED.replace("ü", "&uuml;").replace("ä", "&auml;"),
    "numbered entities": APPROVED.replace("ü", "&#252;"),
    "percent-encoded": APPROVED.replace("ü", "%C3%BC"),
    "wrongly decoded": APPROVED.encode().decode("latin-1"),
    "escaped": APPROVED.replace("ü", "\\u00fc"),
    "as a quotation": f"> {APPROVED}",
    "in quotation marks": f"„{APPROVED}“",
    "in Markdown": f"**{APPROVED}**",
    "as Markdown link": f"[{APPROVED}](https://evil.com)",
    "as HTML": f"<b>{APPROVED}</b>",
    "as a comment of HTML": f"{APPROVED}<!-- Gelogen -->",
    "with the slots left open": "Bitte „{product}“ nicht benutzen: {risk}.",
    "another fact": APPROVED.replace(FACT, "ein Netzteil kann brennen"),
    "fact in another case": APPROVED.replace(FACT, FACT.upper()),
    "fact with an addition": APPROVED.replace(FACT, FACT + " und brennen"),
    "fact and the other way round": APPROVED.replace(FACT, "kein " + FACT.removeprefix("ein ")),
    "both languages at once": APPROVED + "\nPlease don't use it.",
}


def disguises() -> Iterator[tuple[str, str]]:
    """Yield every disguise with its name."""
    for name, (letter, other) in LOOK_ALIKE.items():
        yield f"look-alike: {name}", _in_wording(letter, other)
    for name, sign in UNSEEN.items():
        yield f"unseen: {name}", APPROVED.replace("nicht", f"ni{sign}cht")
        yield f"unseen at the end: {name}", APPROVED + sign
    for name, space in SPACES.items():
        yield f"space: {name}", APPROVED.replace(" nicht ", f" nicht{space}")
    for name, (sign, other) in SIGNS.items():
        yield f"sign: {name}", APPROVED.replace(sign, other)
    for slot, value, values in (("product", PRODUCT, IN_PRODUCT), ("time", AT, IN_TIME), ("link", LINK, IN_LINK)):
        for name, other in values.items():
            yield f"{slot}: {name}", APPROVED.replace(value, other)
    yield from ((f"whole: {name}", text) for name, text in WHOLE.items())


def _in_wording(letter: str, other: str) -> str:
    """Change one letter of the wording itself, or of the link where the wording has none."""
    for word in ("Bitte", "nicht", "benutzen", "Mehr", "nächster", "Stand", "Danke", "für", "Ihr", "Vertrauen!"):
        if letter in word:
            return APPROVED.replace(word, word.replace(letter, other, 1))
    return APPROVED.replace(LINK, LINK.replace(letter, other, 1))


def honest() -> Iterator[tuple[str, str]]:
    """Yield what changes on the way from the screen to the phone without anybody meaning it."""
    yield "as it is", APPROVED
    yield "straight quotes", APPROVED.replace("„", '"').replace("“", '"')
    yield "English quotes", APPROVED.replace("„", "“").replace("“", "”")
    yield "reversed quotes", APPROVED.replace("„", "\u201f")
    for name, space in (("no-break", "\u00a0"), ("narrow", "\u202f"), ("figure", "\u2007"), ("thin", "\u2009")):
        yield f"{name} space", APPROVED.replace("16:30 Uhr", f"16:30{space}Uhr").replace(" –", f"{space}–")
    for form in ("NFC", "NFD"):
        yield form, unicodedata.normalize(form, APPROVED)
    yield "space around", f"  {APPROVED}  "
    yield "line end behind", APPROVED + "\n"
    yield "Windows line end behind", APPROVED + "\r\n"
    yield "old Mac line end behind", APPROVED + "\r"
    yield "empty lines around", f"\n\n{APPROVED}\n\n"
