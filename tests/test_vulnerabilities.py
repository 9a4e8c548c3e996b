"""What CI makes of the answers about known vulnerabilities, and of a service that gives none."""

from typing import Any

from scripts.vulnerabilities import of_npm, of_python

SOUND: dict[str, Any] = {"name": "anyio", "version": "4.16.0", "vulns": []}
HOLED: dict[str, Any] = {
    "name": "starlette",
    "version": "0.1",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["0.2", "1.0"], "aliases": []}],
}
UNASKED: dict[str, Any] = {"name": "alembic", "skip_reason": "Dependency not found on PyPI"}


def test_nothing_known_is_nothing_wrong() -> None:
    answer = of_python("run.txt", {"dependencies": [SOUND]}, 1)
    assert not answer.wrong
    assert str(answer) == "vulnerabilities, run.txt: 0 known among 1 of 1"


def test_what_is_known_is_told_with_the_release_that_mends_it_and_fails() -> None:
    answer = of_python("run.txt", {"dependencies": [SOUND, HOLED]}, 2)
    assert answer.wrong
    assert str(answer).splitlines()[1] == "  starlette 0.1: PYSEC-2026-1, mended in 0.2, 1.0"


def test_one_that_was_not_asked_about_among_others_fails() -> None:
    assert of_python("run.txt", {"dependencies": [SOUND, UNASKED]}, 2).wrong
    assert of_python("run.txt", {"dependencies": [SOUND]}, 2).wrong


def test_a_service_that_answers_nothing_is_told_as_that_and_never_as_sound() -> None:
    for report in ({"dependencies": [UNASKED]}, {}):
        answer = of_python("run.txt", report, 1)
        assert not answer.answered
        assert "NOT ASKED" in str(answer)
    assert not of_npm("page", {"statusCode": 405}, 7).answered


def test_npm_names_the_package_and_how_bad_it_is() -> None:
    known = {"left-pad": {"severity": "high", "range": "<1.3.0"}}
    answer = of_npm("page", {"auditReportVersion": 2, "vulnerabilities": known}, 7)
    assert answer.wrong
    assert str(answer).splitlines() == ["vulnerabilities, page: 1 known among 7 of 7", "  left-pad: high, <1.3.0"]
    assert not of_npm("page", {"auditReportVersion": 2, "vulnerabilities": {}}, 7).wrong
