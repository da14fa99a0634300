"""The page for reviewers in a real browser: it loads nothing, runs nothing hostile, and filters."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from reporting import CHECK, EVIL, HOROVOD, SWEEP, hostile_run, run_over
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from raytune_migrate.report.model import Report
from raytune_migrate.report.page import render
from raytune_migrate.report.terminal import shown as shown_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement

    Show = Callable[[Report], Chrome]

_CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_DRIVER = shutil.which("chromedriver")
_WIDE, _NARROW = 1400, 500
_MISSING = "chromium is not installed: apt install chromium chromium-driver"

pytestmark = pytest.mark.skipif(_CHROMIUM is None or _DRIVER is None, reason=_MISSING)

PROJECT: dict[str, str | bytes] = {
    "jobs/horovod.py": f"{HOROVOD}# why\n",
    "jobs/sweep.py": SWEEP,
    "lib/bad.py": "import ray.train\n(",
    "lib/clean.py": "import ray\n",
}


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    """A browser without a window."""
    options = ChromeOptions()
    options.binary_location = _CHROMIUM or ""
    for argument in ("--headless=new", "--disable-gpu", "--disable-background-networking"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium has none for root
    options.add_argument("--disable-dev-shm-usage")  # which is small in containers
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(_DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def show(chrome: Chrome, tmp_path: Path) -> Show:
    """Open the page of a report from its file."""

    def open_page(report: Report) -> Chrome:
        path = tmp_path / "report.html"
        path.write_bytes(render(report).encode("utf-8", "backslashreplace"))
        chrome.set_window_size(_WIDE, 1000)
        chrome.get("about:blank")
        for kind in ("browser", "performance"):
            chrome.get_log(kind)
        chrome.get(path.as_uri())
        return chrome

    return open_page


def requests(chrome: Chrome) -> list[str]:
    """What the browser has fetched, or tried to."""
    events = [json.loads(one["message"])["message"] for one in chrome.get_log("performance")]
    return [
        one["params"]["request"]["url"]
        for one in events
        if one["method"] == "Network.requestWillBeSent"
    ]


def shown(chrome: Chrome, selector: str = ".file") -> list[str]:
    """The first words of what is visible: of files their paths."""
    return [
        one.get_attribute("data-path") or one.text.split("\n")[0]
        for one in chrome.find_elements(By.CSS_SELECTOR, selector)
        if one.is_displayed()
    ]


def box(chrome: Chrome, name: str, value: str) -> WebElement:
    return chrome.find_element(By.CSS_SELECTOR, f'input[name="{name}"][value="{value}"]')


@pytest.mark.parametrize("report", [run_over(PROJECT), hostile_run()], ids=["plain", "hostile"])
def test_it_loads_nothing_and_complains_of_nothing(show: Show, report: Report) -> None:
    chrome = show(report)
    assert chrome.title == "raytune-migrate: report"
    assert requests(chrome) == [chrome.current_url]
    assert chrome.get_log("browser") == []
    assert chrome.find_element(By.ID, "filters").is_displayed()  # the script has run


def test_hostile_content_is_text_and_links_lead_nowhere(show: Show) -> None:
    chrome = show(hostile_run())
    assert chrome.find_element(By.CSS_SELECTOR, ".item p:nth-of-type(2)").text == shown_text(EVIL)
    for link in chrome.find_elements(By.CSS_SELECTOR, "summary, a"):
        if link.is_displayed() and not (link.get_attribute("href") or "").startswith("http"):
            link.click()
    assert chrome.title == "raytune-migrate: report"
    assert len(chrome.find_elements(By.TAG_NAME, "script")) == 1
    assert chrome.find_elements(By.TAG_NAME, "img") == []
    assert requests(chrome)[0] == chrome.current_url.partition("#")[0]
    assert chrome.get_log("browser") == []


def test_a_script_that_got_in_would_not_run(show: Show) -> None:
    chrome = show(run_over({}))
    chrome.execute_script(
        "const one = document.createElement('div');"
        "one.innerHTML = '<img src=x onerror=\"document.title = `owned`\">';"
        "document.body.append(one);"
        "const two = document.createElement('script');"
        "two.textContent = 'document.title = `owned`'; document.body.append(two);"
    )
    assert chrome.title == "raytune-migrate: report"
    said = " ".join(one["message"] for one in chrome.get_log("browser"))
    assert said.count("Content Security Policy") >= 2


def test_filters_hide_and_show(show: Show) -> None:
    chrome = show(run_over(PROJECT))
    status = chrome.find_element(By.ID, "shown")
    changed = ["jobs/horovod.py", "jobs/sweep.py", "lib/bad.py"]
    assert (shown(chrome), status.text) == (changed, "4 of 4 files shown")
    assert len(shown(chrome, ".item")) == 3

    box(chrome, "outcome", "skipped").click()
    assert (shown(chrome), status.text) == (["jobs/horovod.py"], "1 of 4 files shown")
    box(chrome, "outcome", "failed").click()
    assert shown(chrome) == ["jobs/horovod.py", "lib/bad.py"]
    chrome.find_element(By.ID, "clear").click()
    assert shown(chrome) == changed

    box(chrome, "rule", "RTM105").click()
    assert (shown(chrome), status.text) == (["jobs/sweep.py"], "1 of 4 files shown")
    assert shown(chrome, ".item h4") == ["RTM105 no more trials at once than the cluster can run"]
    assert shown(chrome, "#left details") == []
    box(chrome, "rule", "RTM105").click()

    box(chrome, "safety", "needs a person").click()
    assert shown(chrome) == ["jobs/horovod.py"]
    chrome.find_element(By.ID, "clear").click()

    chrome.find_element(By.ID, "path").send_keys("LIB/")
    assert (shown(chrome), status.text) == (["lib/bad.py"], "2 of 4 files shown")
    chrome.find_element(By.CSS_SELECTOR, "#unchanged summary").click()
    assert shown(chrome) == ["lib/bad.py", "lib/clean.py"]
    assert chrome.get_log("browser") == []


def test_it_is_used_by_keyboard(show: Show) -> None:
    chrome = show(run_over(PROJECT))
    seen = []
    for _ in range(40):
        chrome.switch_to.active_element.send_keys(Keys.TAB)
        focused = chrome.switch_to.active_element
        seen.append(focused.get_attribute("id") or focused.get_attribute("value") or focused.text)
        if focused.get_attribute("value") == "RTM105":
            break
    assert seen[0] == "Skip to the files"
    assert seen[-6:] == ["unchanged", "migrated", "skipped", "failed", "RTM101", "RTM105"]
    chrome.switch_to.active_element.send_keys(Keys.SPACE)
    assert shown(chrome) == ["jobs/sweep.py"]


def test_a_link_unfolds_what_it_leads_to(show: Show) -> None:
    chrome = show(run_over(PROJECT))
    chrome.find_element(By.ID, "close").click()
    assert shown(chrome, ".item") == []
    chrome.find_element(By.CSS_SELECTOR, "#left details:last-of-type summary").click()
    chrome.find_element(By.CSS_SELECTOR, "#left .entry a").click()
    assert shown(chrome, ".item h4") == ["RTM902 a trainer without a Train V2 counterpart"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_reader_and_can_be_read(show: Show, scheme: str) -> None:
    chrome = show(run_over(PROJECT))
    chrome.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    back = colour(chrome, "body", "background-color")
    assert (luminance(back) > 0.5) is (scheme == "light")
    text = ("body", ".keyword", ".string", ".comment", ".defined", ".soft", ".badge.failed")
    for selector in text:
        light, dark = sorted((luminance(back), luminance(colour(chrome, selector, "color"))))[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 4.5, selector


def colour(chrome: Chrome, selector: str, name: str) -> tuple[int, int, int]:
    value: Any = chrome.find_element(By.CSS_SELECTOR, selector).value_of_css_property(name)
    red, green, blue = (int(one) for one in value.partition("(")[2].rstrip(")").split(",")[:3])
    return red, green, blue


def luminance(parts: tuple[int, int, int]) -> float:
    """As WCAG has it."""
    linear = [
        one / 255 / 12.92 if one <= 10 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_it_fits_a_narrow_window_and_paper(show: Show) -> None:
    chrome = show(run_over(PROJECT))
    chrome.set_window_size(_NARROW, 1000)
    width = chrome.execute_script("return document.documentElement.scrollWidth")
    assert width <= chrome.execute_script("return window.innerWidth")
    chrome.find_element(By.ID, "close").click()
    chrome.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(chrome, ".item")) == 3
    chrome.execute_script("dispatchEvent(new Event('afterprint'))")
    assert shown(chrome, ".item") == []


def test_thousands_of_files_are_shown_and_filtered(show: Show) -> None:
    [sweep] = run_over({"jobs/sweep.py": SWEEP}).outcomes
    [clean] = run_over({"lib/clean.py": "import ray\n"}).outcomes
    chrome = show(Report((*(sweep,) * 1000, *(clean,) * 2000), CHECK, 0.0))
    assert chrome.find_element(By.ID, "shown").text == "3000 of 3000 files shown"
    opened = "return document.querySelectorAll('.file[open]').length"
    assert 1 < chrome.execute_script(opened) < 100
    box(chrome, "outcome", "unchanged").click()
    assert chrome.find_element(By.ID, "shown").text == "2000 of 3000 files shown"
