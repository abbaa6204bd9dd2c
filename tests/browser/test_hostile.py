"""What came from outside is shown as text and nothing else, on every page, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page

from command_center.domain.people import Person
from command_center.plan_files import load_plans
from tests.browser.drive import ROOT, RunningHouse, browser, chromium_path, open_house, running_house, settle, tab
from tests.browser.hostile import fill, hostile_plans

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium at /usr/bin or on PATH"),
]
PAGES = (
    "situation",
    "mentions",
    "incident",
    "statements",
    "say",
    "publish",
    "log",
    "plans",
    "people",
    "import",
    "sources",
    "privacy",
    "settings",
)
# Text that was made into anything: an element holding nothing but a word that only ever stood among others, an
# address or handler out of data, a formula, an icon, an emoji; a link that hides its host; a page too wide.
FINDINGS = r"""() => {
  const found = [], cut = element => element.outerHTML.slice(0, 200)
  for (const element of document.querySelectorAll('*')) {
    if (/^pwn[a-z]+$/.test((element.textContent || '').trim())) found.push('markup: ' + cut(element))
    if (element.tagName.startsWith('PWN') || element.classList.contains('pwned')) found.push('element: ' + cut(element))
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') && value.includes('alert')) found.push('handler: ' + cut(element))
      if (/^(href|src|srcset|action|formaction|data|poster|style|xlink:href)$/.test(name)) {
        if (/evil\.example|javascript:/.test(value)) found.push('address: ' + cut(element))
        if (value.includes('posts.example') && !element.textContent.includes('posts.example'))
          found.push('hidden: ' + cut(element))
      }
    }
  }
  for (const element of document.querySelectorAll('[class*=katex]')) found.push('formula: ' + cut(element))
  for (const element of document.querySelectorAll('[data-testid=stIconMaterial]'))
    if (element.textContent.includes('skull')) found.push('icon: ' + cut(element))
  if (document.body.textContent.includes('\u{1F604}')) found.push('emoji')
  const main = document.querySelector('[data-testid=stMain]') || document.documentElement
  if (main.scrollWidth - main.clientWidth > 2) found.push(`too wide by ${main.scrollWidth - main.clientWidth}`)
  return [...new Set(found)]
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningHouse, str]]:
    folder = tmp_path_factory.mktemp("house")
    plans = hostile_plans(ROOT / "crisis_plans", folder / "plans")
    assert load_plans(plans).problems == ()
    with running_house(folder, settings={"PLANS": str(plans)}) as running:
        token = open_house(running)
        ctx = running.context()
        with ctx.store.reading() as store:
            lead = store.find(Person)[0]
        fill(ctx, lead)
        ctx.store.close()
        yield running, token
        assert "Traceback" not in (running.data / "server.log").read_text()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_takes_data_for_anything_but_text(
    house: tuple[RunningHouse, str], chromium: Browser, width: int
) -> None:
    running, token = house
    found: list[str] = []

    def told(dialog: Dialog) -> None:
        found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    with tab(chromium, running, token, width=width) as page:
        page.on("dialog", told)
        page.on("pageerror", lambda error: found.append(f"error: {error}"))
        page.on("request", lambda asked: found.extend(_elsewhere(asked.url, running.url)))
        for name in PAGES:
            page.goto(f"{running.url}/{name}")
            settle(page)
            page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
            found += [f"{name}: {each}" for each in page.evaluate(FINDINGS)]
    assert found == []


def test_what_would_be_wrong_is_found(chromium: Browser) -> None:
    page: Page = chromium.new_page()
    page.set_content(
        "<b>pwnbold</b><i class=pwned></i><a href='javascript:alert(1)'>x</a><a href='https://posts.example/1'>x</a>"
        "<p onclick='alert(1)'></p><span class=katex-html></span><i data-testid=stIconMaterial>skull</i><p>\U0001f604"
        "<div data-testid=stMain style='overflow: auto'><p style='width: 9999px'>"
    )
    kinds = {each.split(":")[0].split(" by")[0] for each in page.evaluate(FINDINGS)}
    page.close()
    assert kinds == {"markup", "element", "handler", "address", "hidden", "formula", "icon", "emoji", "too wide"}


def _elsewhere(url: str, ours: str) -> list[str]:
    same = urlsplit(url).netloc == urlsplit(ours).netloc or url.startswith(("data:", "blob:"))
    return [] if same else [f"request: {url}"]


def test_tables_that_export_formulas_are_not_used() -> None:
    # Streamlit's tables offer their content as CSV, formulas and all; nothing of ours is handed to a spreadsheet.
    makers = ("st.dataframe(", "st.data_editor(", "to_csv(", "to_excel(", "openpyxl", "xlsxwriter")
    sources = [*Path(ROOT / "command_center").rglob("*.py"), *Path(ROOT / "pages").glob("*.py")]
    assert [(file.name, maker) for file in sources for maker in makers if maker in file.read_text()] == []
