"""From a question to a signed Word file in a real browser, by keyboard alone: with script, and without it at 320 px."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser

from connectors.store import Store
from tests.browser.keys import Keys
from tests.browser.looks import OVERFLOW
from tests.review.test_worker import Served, fast, serving
from tests.support.world import QUESTION, World

pytestmark = pytest.mark.browser

ANNA = "Anna Smith"
LONGEST = 240.0
"""Seconds that a run may take on a busy machine."""


@pytest.fixture(scope="module")
def served(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Store]]:
    """`evidence serve` with its worker, over the demonstration collection, as one person starts it."""
    command = fast(world.evidence(tmp_path_factory.mktemp("whole-way"), warm=False))
    with (
        Store.open(f"sqlite:///{command.home / 'evidence.sqlite'}") as store,
        serving(command, "--source", world.mirror, "--model", "extractive") as under_way,
    ):
        yield under_way, store


@pytest.mark.parametrize(("script", "width"), [(True, 1200), (False, 320)])
def test_from_a_question_to_a_signed_word_file_by_keyboard(
    browser: Browser, served: tuple[Served, Store], tmp_path: Path, script: bool, width: int
) -> None:
    site, store = served
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    keys = Keys(context.new_page())
    keys.page.goto(f"{site.listens_at}/")
    _ask(keys)
    first = _run(keys, "Search, for the evidence search report")
    second = _own_the_search(keys)
    _screen(keys)
    kept = _review(keys)
    _sign(keys)
    keys.press("Documents")
    assert keys.page.evaluate(OVERFLOW) <= 0
    word = keys.take("Word", tmp_path, place="/documents/summary.docx")
    context.close()
    assert first != second
    assert store.run(second).request.strategy, "the draft was made from the strategy as the librarian wrote it"
    summary = store.reviews.signed(second)
    assert summary is not None
    assert summary.sign_off.name == ANNA
    assert store.verify_chain().valid
    said = [item.text for item in summary.content.standing]
    assert kept in said
    _opens(word, said)


def _ask(keys: Keys) -> None:
    keys.press("Ask")
    keys.write("question", f"{QUESTION} For NHS number 943 476 5919.")
    keys.reach(name="patient_care")
    keys.page.keyboard.press("ArrowRight")
    keys.press("Ask", name="do", value="ask")
    keys.sees("There is a problem")
    keys.sees("NHS number")
    keys.write("question", QUESTION)
    keys.press("Ask", name="do", value="ask")
    keys.sees("confirm that nothing in it could identify a patient")
    keys.tick("no_patient")
    keys.press("Ask", name="do", value="ask")
    keys.sees("None was started yet")


def _run(keys: Keys, button: str) -> str:
    """Presses the button that starts a run, and waits for its end; the run's id."""
    keys.press(button)
    deadline = time.monotonic() + LONGEST
    while "Finished." not in (now := keys.text()):
        assert "Waiting" in now or "Under way" in now, now
        assert time.monotonic() < deadline, now
        if not keys.page.evaluate("() => document.body.matches('.js-enabled')"):
            keys.press("Look again")
        time.sleep(1)
    return keys.page.url.split("/")[-2]


def _own_the_search(keys: Keys) -> str:
    """Changes the strategy, counts it, and has it searched and drafted from; the new run's id."""
    keys.press("Search")
    keys.sees("What each line finds")
    keys.write("strategy", "#1 cholera[tiab]\n#2 vaccin*[tiab]\n#3 #1 AND #2")
    keys.press("Count each line")
    keys.sees("#3")
    assert "not counted" not in keys.text()
    return _run(keys, "Search and draft with it")


def _screen(keys: Keys) -> None:
    keys.press("Screening")
    keys.sees("0 of ")
    title = keys.page.locator("#record").inner_text()
    keys.press("Exclude")
    keys.sees("There is a problem")
    keys.choose("criterion", keys.page.locator("#criterion option").nth(1).get_attribute("value") or "")
    keys.write("reason", "It asks something else.")
    keys.press("Exclude")
    keys.sees("1 excluded")
    keys.press(title)
    keys.press("Take back")
    keys.sees("0 excluded")


def _review(keys: Keys) -> str:
    """Edits one claim, rejects one, accepts what is left; the sentence of the first, as edited."""
    keys.press("Claims")
    names = keys.page.locator(".rv-line-head a").all_inner_texts()
    keys.press(names[0])
    sentence = keys.page.locator(".rv-claim-text").inner_text()
    keys.open("Edit the claim")
    keys.write("text", f"{sentence} This was so in 999 of 1000 people.")
    keys.press("Check and keep the edit")
    keys.sees("It is still open")
    keys.open("Edit the claim")
    keys.write("text", sentence)
    keys.press("Check and keep the edit")
    keys.sees("Kept, and checked at once")
    keys.press("Accept")
    if keys.page.locator(".rv-steps").count():  # deciding went on to the next claim that waits
        keys.press("All claims")
    keys.press(names[1])
    keys.write("reason", "It says the same as another claim.")
    keys.press("Reject")
    return sentence


def _sign(keys: Keys) -> None:
    keys.press("Sign")
    keys.press("Check the sources now")
    keys.sees("Nothing stands in the way.")
    keys.write("name", ANNA)
    keys.write("role", "Clinical librarian")
    keys.tick("confirmed")
    keys.press("Sign version 1")
    keys.sees("version 1 as its readers see it")


def _opens(word: Path, said: list[str]) -> None:
    """The file is what was signed, to python-docx and to LibreOffice."""
    whole = " ".join(paragraph.text for paragraph in docx.Document(str(word)).element.body.iter() if paragraph.text)
    assert all(sentence in whole for sentence in said)
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("all but LibreOffice passed: install Debian's `libreoffice-writer` to open the signed file by it")
    profile = f"-env:UserInstallation=file://{word.parent}/profile"
    command = [office, "--headless", profile, "--convert-to", "txt:Text", "--outdir", str(word.parent), str(word)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    opened = " ".join(word.with_suffix(".txt").read_text(encoding="utf-8").split())
    assert f"Signed by {ANNA}" in opened
    assert all(" ".join(sentence.split()) in opened for sentence in said)
