"""The rules of a plan: what keeps it from being usable, found without any file."""

from dataclasses import replace
from datetime import timedelta

import pytest

from command_center.domain.plan_rules import problems_of
from command_center.domain.plan_texts import holds_word, longest_text
from command_center.domain.plans import (
    Bilingual,
    ClockStart,
    LevelFloor,
    MessagePart,
    Plan,
    PlanChannels,
    PlanChoice,
    PlanClock,
    PlanGuidance,
    PlanLock,
    PlanRole,
    PlanScct,
    PlanSlot,
    PlanStakeholder,
    PlanStandDown,
    PlanStatement,
    PlanStatus,
    PlanTask,
    PlanTriggers,
    ScctCluster,
    SlotType,
    StandDownCode,
    StandDownCriterion,
    StatementKind,
    Strategy,
    TaskPhase,
    TriageQuestion,
)

BOTH = Bilingual(de="Text", en="text")
HOUR = timedelta(hours=1)
LINK = PlanSlot(name="link", type=SlotType.LINK, max_length=100, label=BOTH)
KNOWN = PlanSlot(name="known", type=SlotType.FACT, max_length=60, label=BOTH)


def statement(name: str = "holding", kind: StatementKind = StatementKind.HOLDING) -> PlanStatement:
    return PlanStatement(
        id=name,
        title=BOTH,
        kind=kind,
        strategy=Strategy.INFORM,
        audiences=("public",),
        slots=(KNOWN, LINK),
        text={
            "de": {"long": "Bestätigt ist {known}. Mehr: {link}", "x": "{known} {link}"},
            "en": {"long": "Confirmed is {known}. More: {link}", "x": "{known} {link}"},
        },
        must_contain=(MessagePart.SOURCE_LINK,),
        valid_for=HOUR,
        approver_roles=("comms_lead", "crisis_lead"),
    )


def sound_plan() -> Plan:
    return Plan(
        id="sound",
        version=1,
        status=PlanStatus.APPROVED,
        title=BOTH,
        summary=BOTH,
        scct=PlanScct(cluster=ScctCluster.ACCIDENTAL, primary=Strategy.REBUILD),
        default_level=3,
        min_level_if=(LevelFloor(when="hurt", level=5),),
        triggers=PlanTriggers(keywords={"de": ("Rückruf",)}),
        triage_questions=(TriageQuestion(id="hurt", text=BOTH), TriageQuestion(id="care", text=BOTH, only_if="hurt")),
        lock=PlanLock(posture="one_voice", account_tags=("corporate",), review_by=HOUR),
        roles=(PlanRole(id="comms_lead", title=BOTH, house_role="approver", from_level=2, ack_within=HOUR),),
        stakeholders=(
            PlanStakeholder(id="employees", title=BOTH, channels=("mail",), statement="note"),
            PlanStakeholder(id="press", title=BOTH, channels=("mail",), clock="next"),
        ),
        channels=PlanChannels(lead="website"),
        clocks=(
            PlanClock(id="next", title=BOTH, basis="own", starts=ClockStart.ACTIVATION, due=HOUR, owner="comms_lead"),
        ),
        tasks=(PlanTask(id="scribe", phase=TaskPhase.FIRST_HOUR, due=HOUR, role="crisis_lead", text=BOTH),),
        statements=(
            statement(),
            statement("note", StatementKind.INTERNAL),
            replace(statement("closing", StatementKind.CLOSING), supersedes="holding"),
        ),
        guidance=PlanGuidance(say={}, dont={}, private_accounts=BOTH, refer_to="comms_lead"),
        stand_down=PlanStandDown(criteria=(StandDownCriterion(code=StandDownCode.LEVEL_LOW, text=BOTH),)),
    )


def found(plan: Plan) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in problems_of(plan)]


def found_in_holding(changed: PlanStatement) -> list[tuple[str, str]]:
    return found(replace(sound_plan(), statements=(changed, *sound_plan().statements[1:])))


def test_a_sound_plan_has_no_problems() -> None:
    assert problems_of(sound_plan()) == []


def test_a_duty_leads_to_the_house_role_whose_people_take_it() -> None:
    plan = sound_plan()
    assert plan.house_role_of("comms_lead") == "approver"
    assert plan.house_role_of("auditor") == "auditor"
    assert plan.house_role_of("janitor") is None


@pytest.mark.parametrize(
    ("code", "expected"), [("de", "Ja"), ("de-AT", "Ja"), ("DE_ch", "Ja"), ("en", "Yes"), ("fr", "Yes")]
)
def test_a_bilingual_text_answers_in_the_language_asked_for(code: str, expected: str) -> None:
    assert Bilingual(de="Ja", en="Yes").in_language(code) == expected


def test_every_reference_to_a_role_must_exist() -> None:
    plan = sound_plan()
    broken = replace(
        plan,
        tasks=(replace(plan.tasks[0], role="a"),),
        clocks=(replace(plan.clocks[0], owner="b"),),
        statements=(replace(plan.statements[0], approver_roles=("c",)), *plan.statements[1:]),
        guidance=replace(plan.guidance, refer_to="d"),
    )
    assert found(broken) == [
        ("plan.unknown_role", "clocks[0].owner"),
        ("plan.unknown_role", "tasks[0].role"),
        ("plan.unknown_role", "statements[0].approver_roles[0]"),
        ("plan.unknown_role", "guidance.refer_to"),
    ]


def test_every_reference_to_a_statement_or_clock_must_exist() -> None:
    plan = sound_plan()
    group = replace(plan.stakeholders[1], statement="gone", clock="gone")
    assert found(replace(plan, stakeholders=(plan.stakeholders[0], group))) == [
        ("plan.unknown_statement", "stakeholders[1].statement"),
        ("plan.unknown_clock", "stakeholders[1].clock"),
    ]


def test_a_question_may_depend_on_earlier_questions_alone() -> None:
    plan = sound_plan()
    assert found(replace(plan, triage_questions=plan.triage_questions[::-1])) == [
        ("plan.unknown_question", "triage_questions[0].only_if")
    ]


def test_a_minimum_level_below_the_default_is_a_mistake() -> None:
    broken = replace(sound_plan(), min_level_if=(LevelFloor(when="hurt", level=2),))
    assert found(broken) == [("plan.floor_below_default", "min_level_if[0].level")]


def test_whoever_is_needed_in_the_first_hour_needs_a_deputy() -> None:
    plan = sound_plan()
    broken = replace(plan, roles=(replace(plan.roles[0], deputy_required=False),))
    assert found(broken) == [("plan.deputy_missing", "roles[0].deputy_required")]


def test_a_sign_in_role_cannot_be_given_another_meaning() -> None:
    plan = sound_plan()
    duty = replace(plan.roles[0], id="auditor")
    assert found(replace(plan, roles=(*plan.roles, duty))) == [("plan.role_renamed", "roles[1].house_role")]


def test_employees_hear_before_the_press() -> None:
    plan = sound_plan()
    assert found(replace(plan, stakeholders=plan.stakeholders[::-1])) == [
        ("plan.press_before_employees", "stakeholders[0]")
    ]
    assert found(replace(plan, stakeholders=plan.stakeholders[1:])) == [("plan.employees_missing", "stakeholders")]


@pytest.mark.parametrize("strategy", [Strategy.DIMINISH, Strategy.REBUILD])
def test_denying_never_goes_with_diminishing_or_rebuilding(strategy: Strategy) -> None:
    plan = replace(sound_plan(), scct=PlanScct(cluster=ScctCluster.VICTIM, primary=Strategy.DENY))
    mixed = replace(plan, statements=(replace(plan.statements[0], strategy=strategy), *plan.statements[1:]))
    assert found(plan) == []
    assert found(mixed) == [("plan.mixed_strategies", "statements[0].strategy")]


def test_a_circle_of_replacements_is_found_at_each_of_its_statements() -> None:
    plan = sound_plan()
    first = replace(plan.statements[0], supersedes="closing")
    assert found(replace(plan, statements=(first, *plan.statements[1:]))) == [
        ("plan.supersedes_loop", "statements[0].supersedes"),
        ("plan.supersedes_loop", "statements[2].supersedes"),
    ]


def test_a_stand_down_must_be_reachable_and_take_two_people() -> None:
    plan = sound_plan()
    broken = replace(plan, stand_down=PlanStandDown(criteria=(), quorum=1), statements=plan.statements[:2])
    assert found(broken) == [
        ("plan.statement_missing", "statements"),
        ("plan.no_criteria", "stand_down.criteria"),
        ("plan.quorum_too_small", "stand_down.quorum"),
    ]


def test_times_must_be_possible() -> None:
    plan = sound_plan()
    late = replace(plan.tasks[0], due=timedelta(minutes=61))
    broken = replace(plan, tasks=(late,), lock=replace(plan.lock, review_by=timedelta(0)))
    assert found(broken) == [
        ("plan.duration_not_positive", "lock.review_by"),
        ("plan.task_too_late", "tasks[0].due"),
    ]


def test_both_languages_need_the_same_variants_with_the_same_slots() -> None:
    one_sided = replace(statement(), text={"de": {"long": "{known} {link}", "x": "{link}"}, "en": {"long": "{link}"}})
    assert found_in_holding(one_sided) == [
        ("plan.missing_translation", "statements[0].text.en"),
        ("plan.slots_differ", "statements[0].text.en.long"),
    ]


def test_a_language_left_out_altogether_is_missing_in_each_variant() -> None:
    german = replace(statement(), text={"de": statement().text["de"]})
    assert found_in_holding(german) == [("plan.missing_translation", "statements[0].text.en")] * 2


@pytest.mark.parametrize(("extra", "problems"), [(0, 0), (1, 1)])
def test_a_short_variant_fits_x_with_its_slots_filled_to_the_limit(extra: int, problems: int) -> None:
    text = "y" * (280 - 60 - 23 - 2 + extra) + " {known} {link}"
    texts = {"de": {"long": "{known} {link}", "x": text}, "en": {"long": "{known} {link}", "x": "{known} {link}"}}
    assert len(found_in_holding(replace(statement(), text=texts))) == problems


def test_the_longest_choice_counts_in_its_own_language() -> None:
    choices = (
        PlanChoice(id="a", label=Bilingual(de="kurz", en="very long")),
        PlanChoice(id="b", label=Bilingual(de="sehr viel länger", en="short")),
    )
    slot = PlanSlot(name="pick", type=SlotType.CHOICE, max_length=20, choices=choices, label=BOTH)
    chosen = replace(statement(), slots=(slot,), text={"de": {"long": "{pick}"}, "en": {"long": "{pick}"}})
    assert longest_text(chosen, "de", "long") == "sehr viel länger"
    assert longest_text(chosen, "en", "long") == "very long"


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        (replace(KNOWN, max_length=1001), "plan.slot_length"),
        (replace(KNOWN, type=SlotType.NUMBER, max_length=21), "plan.slot_length"),
        (replace(KNOWN, type=SlotType.CHOICE), "plan.slot_choices"),
        (replace(KNOWN, choices=(PlanChoice(id="a", label=BOTH),)), "plan.slot_choices"),
        (
            replace(KNOWN, type=SlotType.CHOICE, max_length=3, choices=(PlanChoice(id="a", label=BOTH),)),
            "plan.choice_too_long",
        ),
    ],
)
def test_a_slot_is_bounded_by_its_type(slot: PlanSlot, code: str) -> None:
    short = {"de": {"long": "{known} {link}"}, "en": {"long": "{known} {link}"}}
    problems = found_in_holding(replace(statement(), slots=(slot, LINK), text=short))
    assert [problem for problem, _ in problems] == [code]


def test_slots_are_declared_once_and_used() -> None:
    spare = replace(KNOWN, name="spare")
    broken = replace(statement(), slots=(KNOWN, KNOWN, LINK, spare))
    assert found_in_holding(broken) == [
        ("plan.duplicate_id", "statements[0].slots[1].name"),
        ("plan.unused_slot", "statements[0].slots[3].name"),
    ]


@pytest.mark.parametrize(
    ("text", "word", "held"),
    [
        ("Ein freiwilliger Rückruf", "freiwillig", True),
        ("Ein FREIWILLIGER Rückruf", "freiwillig", True),
        ("unfreiwillig", "freiwillig", False),
        ("Wir sind nur vorsichtig", "nur", True),
        ("Nurmi lief", "nur", False),
    ],
)
def test_forbidden_words_are_found_as_words(text: str, word: str, held: bool) -> None:
    assert holds_word(text, word) is held


def test_a_text_that_must_name_its_source_needs_a_link() -> None:
    unlinked = replace(
        statement(), slots=(KNOWN,), text={"de": {"long": "{known}"}, "en": {"long": "{known} https://example.org"}}
    )
    assert found_in_holding(unlinked) == [("plan.source_link_missing", "statements[0].text.de.long")]


def test_a_quorum_the_house_would_not_hold_is_named() -> None:
    plan = sound_plan()
    asked = replace(plan, lock=replace(plan.lock, unlock_quorum=3), stand_down=replace(plan.stand_down, quorum=4))
    assert found(asked) == [
        ("plan.quorum_too_large", "lock.unlock_quorum"),
        ("plan.quorum_too_large", "stand_down.quorum"),
    ]
