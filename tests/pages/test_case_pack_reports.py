"""The reports of a case: words in both languages, hostile text as text, a PDF that archives and screen readers take."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from command_center.case_pack import Reader, pdf_report
from command_center.case_pack.case_dossier import fill
from command_center.case_pack.curve import curve
from command_center.case_pack.dossier import Dossier
from command_center.case_pack.html_report import as_html
from command_center.case_pack.pdf_report import legible
from command_center.domain.mentions import Plane
from command_center.use_cases.lead import record_decision
from command_center.use_cases.pack_case import Case, gather
from command_center.use_cases.publish import publish
from tests.pages.crisis import crisis_house

HOSTILE = (
    '#panic("read") #include "/etc/passwd" *fat* $x^2$ @nowhere `raw` ] } \\ <script>alert(1)</script> <b> &amp; //'
)
ODD = "Bö\u0308se 🔥👩‍🚒 漢字 مرحبا \u202egnol\x07 " + "x" * 300 + " https://example.org/" + "a1" * 120
BUCKETS = [
    {"count": count, "low": 0, "high": 4, "alert": count > 9, "at": "2026-03-14T12:00:00.000000Z"}
    for count in (1, 3, 12, 7)
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with crisis_house(tmp_path_factory.mktemp("house")) as crisis:
        crisis.switch_on()
        crisis.approve(crisis.planned("holding").id)
        record_decision(
            crisis.ctx, crisis.says("kim"), incident_id=crisis.incident, text=HOSTILE, reason=f"{ODD}\n{HOSTILE}"
        )
        publish(crisis.ctx, crisis.says("leo"), account_id=crisis.accounts["x"], text=ODD)
        yield gather(crisis.ctx, crisis.people["udo"], incident_id=crisis.incident)


def dossier(case: Case, language: str = "de") -> Dossier:
    return fill(case, Reader(language, "Europe/Berlin", "Nordwerk"))


def pdf(told: Dossier, case: Case) -> bytes:
    return pdf_report.as_pdf(told, made_at=case.heads[-1].made_at, foot=case.incident.id)


@pytest.mark.parametrize(("language", "words"), [("de", "Was geschah"), ("en", "What happened")])
def test_the_report_tells_the_story_in_words(case: Case, language: str, words: str) -> None:
    told = as_html(dossier(case, language))
    assert words in told
    for part in ("Kim Brandt", "Jana Öztürk", case.incident.id, "Nordwerk"):
        assert part in told
    assert not re.search(r"\[[a-z_]+\.[a-z_.]+\]", told)


def test_what_people_wrote_is_text_and_nothing_is_fetched(case: Case) -> None:
    told = as_html(dossier(case))
    assert "<script" not in told
    assert "&lt;script&gt;alert(1)" in told
    assert "default-src 'none'" in told
    assert not re.search(r"(src|href)=\"(?!#)", told)
    assert "🔥👩‍🚒 漢字" in told
    assert not re.search("[\u202e\x07]", told)
    assert "▯gnol▯" in told
    assert "unsichtbares Steuerzeichen" in told


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pdf_is_tagged_archivable_and_in_its_language(case: Case, language: str) -> None:
    made = pdf(dossier(case, language), case)
    assert made.startswith(b"%PDF-1.7")
    assert made.rstrip().endswith(b"%%EOF")
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", f"({language})".encode()):
        assert mark in made
    assert len(re.findall(rb"/Type\s*/Page\b", made)) >= 5


def test_the_same_case_gives_the_same_pdf(case: Case) -> None:
    assert pdf(dossier(case), case) == pdf(dossier(case), case)


def test_markup_in_data_is_never_run(case: Case) -> None:
    # Read as markup, this would stop the typesetting: a panic, a file that isn't there, a label nobody set.
    told = replace(dossier(case), title=HOSTILE, house=HOSTILE)
    made = pdf(told, case)
    assert b"*fat* $x^2$ @nowhere `raw` ]" in made
    assert b"/etc/passwd" in made


def test_what_the_fonts_lack_is_shown_as_a_box_and_counted(case: Case) -> None:
    assert legible(["a🔥b", {"c": "漢\u202e"}, 3, None], lambda sign: sign.isascii()) == (
        ["a▯b", {"c": "▯▯"}, 3, None],
        3,
    )
    told, count = legible(asdict(dossier(case)), pdf_report._shows)
    shown = json.dumps(told, ensure_ascii=False)
    assert count > 10
    assert "مرحبا" in shown
    assert "Öztürk" in shown
    assert not re.search("[🔥漢\u202e\x07]", shown)


def test_when_the_fonts_fail_unexpectedly_there_is_a_report_all_the_same(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_report, "_shows", lambda _sign: True)
    assert pdf(dossier(case), case).startswith(b"%PDF-1.7")


def test_a_case_without_a_head_and_a_drill_say_so(case: Case) -> None:
    drill = replace(case.incident, plane=Plane.PRACTICE)
    told = dossier(replace(case, incident=drill, heads=(), deposits=(), keys=()))
    assert "Nichts beweist" in as_html(told)
    assert '<p class="practice">◇ Übung' in as_html(told)
    assert pdf(told, case).startswith(b"%PDF-1.7")


def test_the_typesetter_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, command_center.case_pack; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_curve_marks_alarms_and_fits_its_frame(case: Case) -> None:
    drawn = curve(BUCKETS, times=["12:00", "13:00"], title="<Erwähnungen>")
    assert drawn.count('class="alarm"') == 1
    assert "&lt;Erwähnungen&gt;" in drawn
    assert ">20<" in drawn
    assert curve(BUCKETS[:1], times=[], title="") == ""
    part = replace(dossier(case).parts[0], drawing=drawn, said_of_drawing="Kurve")
    assert pdf(replace(dossier(case), parts=(part,)), case).startswith(b"%PDF-1.7")
