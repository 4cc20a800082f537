"""README and docs say what is there, and what is there is in README and docs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import AliasChoices

from cli.main import evidence
from connectors.settings import Settings, unknown_variables
from evaluation.suites import SUITES
from evidence.claim import Verdict
from evidence.question import Request

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
CODE = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", TEXT, re.DOTALL)).replace("`", "\n")


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below this one by its full name, itself included."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from commands(found, f"{name} {child}")


COMMANDS = dict(commands(evidence, "evidence"))
MENTIONS = re.findall(r"(?:^|\s|/)(evidence [a-z][^\n|]*)", CODE)


def command_of(mention: str) -> str:
    """The longest command that the words begin with; a suite after `evidence evaluate` stands for a run of it."""
    words = mention.split()
    if words[:2] == ["evidence", "evaluate"] and len(words) > 2 and words[2] in SUITES:
        return "evidence evaluate run"
    return max((name for name in COMMANDS if words[: len(name.split())] == name.split()), key=len)


def settings_variables() -> set[str]:
    """Every variable that a person can set."""
    names: set[str] = set()
    for field, about in Settings.model_fields.items():
        alias = about.validation_alias
        if isinstance(alias, AliasChoices):
            names.update(str(choice) for choice in alias.choices)
        else:
            names.add(alias if isinstance(alias, str) else f"EVIDENCE_{field.upper()}")
    return names


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def kept_files() -> list[Path]:
    """The files that git has or would take: the checkout without what it ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so there is no list of its files")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("mention", sorted(set(MENTIONS)))
def test_a_command_that_is_named_exists_with_its_options(mention: str) -> None:
    name = command_of(mention)
    assert name != "evidence", f"there is no command {mention!r}"
    command = COMMANDS[name]
    rest = mention.split()[len(name.split()) :]
    assert not (isinstance(command, click.Group) and rest and re.fullmatch(r"[a-z]+", rest[0])), f"no {mention!r}"
    known = {option for parameter in command.params for option in parameter.opts}
    assert [option for option in re.findall(r"(?<!\S)--[a-z][a-z0-9-]*", mention) if option not in known | {"--help"}] == []


def test_every_option_that_is_named_alone_exists() -> None:
    known = {option for command in COMMANDS.values() for parameter in command.params for option in parameter.opts}
    assert [option for option in re.findall(r"^(--[a-z][a-z-]*)", CODE, re.MULTILINE) if option not in known] == []


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "evidence"])
def test_a_command_that_exists_is_named(name: str) -> None:
    assert re.search(rf"(^|\s|/){name}\b", CODE)


def test_targets_of_make_are_those_that_are_named() -> None:
    assert set(re.findall(r"^make ([a-z-]+)", CODE, re.MULTILINE)) == make_targets()


def test_settings_are_those_that_are_named() -> None:
    named = set(re.findall(r"\b(?:EVIDENCE_[A-Z_]+|[A-Z]+_API_KEY|XDG_CACHE_HOME|PREFECT_API_URL)\b", TEXT))
    assert named == settings_variables()
    assert unknown_variables(dict.fromkeys(named, "x")) == []


def test_verdicts_are_those_that_are_named() -> None:
    guide = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", guide, re.MULTILINE)) == {verdict.value for verdict in Verdict}


def test_the_intake_of_the_user_guide_is_a_request() -> None:
    import yaml

    guide = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    intake = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert intake is not None
    assert Request.model_validate(yaml.safe_load(intake[1])).known_pmids == ("12345678",)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        place, _, heading = target.partition("#")
        assert "://" not in place, "pages link to files of the project alone"
        file = page.parent / place if place else page
        assert file.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^a-z0-9 -]", "", found.lower()).replace(" ", "-") for found in headings}


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    records = {path.name for path in folder.glob("[0-9]*.md")}
    assert records == set(re.findall(r"\]\(([0-9][^)]+)\)", (folder / "README.md").read_text(encoding="utf-8")))


def test_the_picture_is_sound_and_says_what_it_shows() -> None:
    from lxml import etree

    svg = "{http://www.w3.org/2000/svg}"
    picture = etree.parse(str(ROOT / "docs" / "flow.svg")).getroot()
    assert picture.get("role") == "img"
    names = [picture.find(f"{svg}title"), picture.find(f"{svg}desc")]
    assert picture.get("aria-labelledby", "").split() == [name.get("id") for name in names if name is not None]


def test_no_kept_file_names_a_registry_or_a_place_of_one_machine() -> None:
    # Written in parts, so that this file does not hold what it looks for.
    hosts = "|".join(re.escape(name + ending) for name, ending in (("pypi", ".org"), ("python", "hosted"), ("npm", "js.org")))
    places = "|".join(("/ro" + "ot/", "/Us" + "ers/[a-z]", "/ho" + "me/[a-z]{2,}/", "/wo" + "rk/(?:main|shared)"))
    found = []
    for file in kept_files():
        text = file.read_bytes().decode("utf-8", "ignore")
        found += [f"{file.relative_to(ROOT)}: {match[0]}" for match in re.finditer(f"{hosts}|{places}", text)]
    assert found == []


def test_requirements_are_pinned_hashed_and_without_addresses() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert re.search(r"^-", text, re.MULTILINE) is None
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 100
    assert [entry.split("\n")[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert not any(file.name == "uv.lock" for file in kept_files())
