"""The Markdown files lead somewhere: each relative link to a file that is there, each anchor to a heading."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    page
    for folder in (ROOT, ROOT / "docs", ROOT / "sandbox", ROOT / "sandbox" / "page", ROOT / "benchmarks")
    for page in folder.glob("*.md")
)
# [text](target), also of a picture; and no link where it stands in code
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)


def links(page: Path) -> list[str]:
    """What a page links to within this repository."""
    found = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The headings of a page, as GitHub writes them in addresses."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_something(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        assert to.exists(), f"{target} is not there"
        assert to.is_relative_to(ROOT), f"{target} leads out of the repository"
        assert not anchor or anchor in anchors(to), f"{target}: no such heading"


def test_the_readme_links_and_shows_pictures() -> None:
    assert len(links(ROOT / "README.md")) > 10
