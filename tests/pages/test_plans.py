"""The page Plans: readiness, reading a plan, and errors of files that do not load."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from command_center.bootstrap import shelf
from command_center.domain.four_eyes import Proposal
from command_center.domain.incidents import Incident
from command_center.domain.people import Person, Role
from command_center.domain.plans import Plan
from command_center.domain.text_length import NETWORK_LIMITS
from command_center.ui.plan_readiness import Staffing, readiness
from command_center.ui.plan_reading import text_html
from command_center.use_cases.agree_plans import keep_shipped_plans
from command_center.use_cases.people import set_language
from tests.pages.staged import ROOT, START, StagedHouse, gaps, staged_house, words_on

PARTS = ("tasks", "roles", "clocks", "statements", "guidance", "lock")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[StagedHouse]:
    folder = tmp_path / "plans"
    shutil.copytree(ROOT / "crisis_plans", folder)
    with staged_house(tmp_path) as staged:
        staged.process.settings = replace(staged.process.settings, plans=folder)
        staged.process.ctx = replace(staged.ctx, plans=lambda: shelf(folder).plans)
        yield staged


def plan_named(house: StagedHouse, name: str) -> Plan:
    return next(plan for plan in house.ctx.plans() if plan.id == name)


def open_codes(plan: Plan, staffing: Staffing) -> set[str]:
    return {check.code for check in readiness(plan, staffing, START, "de") if not check.ready}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_said_in_both_languages(house: StagedHouse, part: str, language: str) -> None:
    set_language(house.ctx, house.caller("kim"), language=language)
    at = house.page("kim", "plans", plan="product-recall")
    at.session_state["plan_part"] = part
    at.run()
    assert not at.exception
    assert gaps(at) == []


def test_a_file_with_errors_is_shown_with_line_field_and_remedy(house: StagedHouse) -> None:
    folder = house.process.settings.plans
    text = (folder / "service-outage.yml").read_text()
    broken = text.replace("id: service-outage", "id: broken", 1).replace("due: PT5M", "due: fünf Minuten", 1)
    (folder / "broken.yml").write_text(broken)
    shown = words_on(house.page("kim", "plans"))
    line = broken[: broken.index("due: fünf Minuten")].count("\n") + 1
    assert "broken.yml" in shown.replace("\\", "")
    assert f"Zeile {line}" in shown
    assert "tasks[0].due" in shown
    assert "PT" in shown


def test_a_file_that_is_no_yaml_is_shown_too(house: StagedHouse) -> None:
    (house.process.settings.plans / "tabs.yml").write_text("schema: crisis-plan/1\n\tid: x\n")
    at = house.page("kim", "plans")
    assert "Zeile 2" in words_on(at)
    assert gaps(at) == []


def test_what_a_broken_file_holds_is_shown_as_text(house: StagedHouse) -> None:
    (house.process.settings.plans / "evil.yml").write_text("'<script>alert(1)</script>': 1\n")
    html = "".join(element.proto.body for element in house.page("kim", "plans").get("html"))
    assert "<script>" not in html


def test_an_empty_folder_says_what_to_do(house: StagedHouse) -> None:
    for file in house.process.settings.plans.iterdir():
        file.unlink()
    assert "Es gibt noch keinen Plan." in words_on(house.page("kim", "plans"))


def test_who_may_not_read_plans_sees_none(house: StagedHouse) -> None:
    shown = words_on(house.page("tom", "plans"))
    assert "Produktrückruf" not in shown
    assert "Datenpanne" not in shown


def test_a_plan_in_an_empty_house_is_not_ready(house: StagedHouse) -> None:
    nothing = Staffing(people=[], accounts=[], incidents=[], link_hosts=[])
    missing = {"people", "deputies", "accounts", "links", "never_exercised"}
    assert open_codes(plan_named(house, "product-recall"), nothing) == missing


def test_a_drill_counts_for_half_a_year(house: StagedHouse) -> None:
    house.activate()
    incidents = house.all(Incident)
    plan = plan_named(house, "product-recall")
    fresh = Staffing(people=[], accounts=[], incidents=incidents, link_hosts=[])
    old = replace(fresh, incidents=[replace(incidents[0], opened_at=START - timedelta(days=200))])
    assert not {"exercised", "never_exercised"} & open_codes(plan, fresh)
    assert "exercised" in open_codes(plan, old)


def test_people_without_a_way_to_reach_them_are_named(house: StagedHouse) -> None:
    lead = Person(id="1", login="kim", name="Kim Brandt", roles=(Role.CRISIS_LEAD,), created_at=START)
    staffing = Staffing(people=[lead], accounts=[], incidents=[], link_hosts=[])
    checks = {check.code: check for check in readiness(plan_named(house, "product-recall"), staffing, START, "de")}
    assert not checks["reachable"].ready
    assert checks["reachable"].values["names"] == "Kim Brandt"


def test_gaps_of_a_wording_are_marked_by_their_labels(house: StagedHouse) -> None:
    statement = plan_named(house, "product-recall").statements[0]
    assert text_html(statement, "Bitte <nicht> {product} benutzen", "de") == (
        "Bitte &lt;nicht&gt; <mark>Produkt</mark> benutzen"
    )


def test_each_short_form_says_how_long_it_can_get(house: StagedHouse) -> None:
    at = house.page("kim", "plans", plan="product-recall")
    at.session_state["plan_part"] = "statements"
    at.run()
    assert f"von {NETWORK_LIMITS['x']} Zeichen" in words_on(at)


def edit(house: StagedHouse) -> None:
    keep_shipped_plans(house.ctx)
    file = house.process.settings.plans / "product-recall.yml"
    file.write_text(file.read_text().replace("default_level: 3", "default_level: 5", 1))


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_edited_file_shows_its_changes_and_takes_two(house: StagedHouse, language: str) -> None:
    edit(house)
    for login in ("kim", "lee"):
        set_language(house.ctx, house.caller(login), language=language)
        at = house.page(login, "plans", plan="product-recall")
        assert gaps(at) == []
        assert '+ "default_level": 5' in "".join(code.value for code in at.code)
        at = at.button(key="plan_agree_product-recall").click().run()
        assert not at.exception
    assert [one.agreed_by for one in house.all(Proposal, asked_by=house.person("kim").id)] == [house.person("lee").id]
    assert not [button for button in at.button if button.key == "plan_agree_product-recall"]


def test_who_agreed_first_and_who_may_not_see_no_button(house: StagedHouse) -> None:
    edit(house)
    house.page("kim", "plans", plan="product-recall").button(key="plan_agree_product-recall").click().run()
    for login in ("kim", "mia"):
        at = house.page(login, "plans", plan="product-recall")
        assert any("Kim Brandt" in text.value for text in at.text)
        assert not [button for button in at.button if button.key == "plan_agree_product-recall"]
    assert any("Kim Brandt" in text.value for text in house.page("lee", "situation").text)
