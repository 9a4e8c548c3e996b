"""Calibrations over time: alpha by session as a chart or table, and the dimensions that reviewers keep differing on."""

from collections.abc import Sequence

from bot.blocks import digest_charts, kit
from bot.blocks.calibration_results import alpha, figure, label
from bot.blocks.kit import Block, Message
from bot.blocks.words import command, counted
from domain.calibration import Session
from domain.calibration_result import Result, recurrent

POINTS = 20  # what a chart of Slack's holds
MONTHS = 6
Past = Sequence[tuple[Session, Result]]


def history(past: Past, prefix: str, rich: bool) -> Message:
    """The calibrations that closed with a result, the oldest first."""
    if not past:
        text = f"No calibration has closed yet. A lead starts one: `{command(prefix, 'calibrate')} start`"
        return kit.paragraph(text)
    session, result = past[-1]
    head = f"*Agreement by calibration*\nLatest ({name(session)}): {alpha(result.alpha)}."
    blocks = [kit.section(head)]
    chart = alphas(past) if rich else None
    blocks += [chart] if chart is not None else []
    blocks += [kit.table(_rows(past), ["left", "right", "right", "right", "right"])]
    again = dimensions(past)
    blocks.append(kit.section(again))
    return Message("\n".join([head, *(f"{row[0]}: alpha {row[1]}" for row in _rows(past)[1:]), again]), blocks)


def alphas(past: Past) -> Block | None:
    """Alpha by session as a line; None where there is none yet. What is missing is not drawn as 0."""
    drawn = [(name(one), one_result.alpha.value) for one, one_result in past if one_result.alpha.value is not None]
    if not drawn:
        return None
    labels = [label_ for label_, _ in drawn[-POINTS:]]
    values = [round(value, 3) for _, value in drawn[-POINTS:]]
    return digest_charts.chart("Alpha by calibration", "line", labels, {"Alpha": values}, "Krippendorff's alpha")


def name(session: Session) -> str:
    """`3 · Mar 2026`."""
    ended = f" · {session.ended_at:%b %Y}" if session.ended_at else ""
    return f"{session.number}{ended}"


def _rows(past: Past) -> list[list[str]]:
    rows = [["Calibration", "Alpha", "Tickets", "Reviewers", "To discuss"]]
    for session, result in past[-POINTS:]:
        counts = (result.units, len(result.reviewers), len(result.flagged))
        rows.append([name(session), figure(result.alpha), *map(str, counts)])
    return rows


def dimensions(past: Past) -> str:
    """The dimensions that drove differences over 10 points."""
    found = recurrent([result for _, result in past])
    if not found:
        return "No ticket was over 10 points apart."
    lines = [
        f"• *{label(one)}*: {counted(count, 'ticket')}, in {counted(of, 'calibration')}" for one, count, of in found
    ]
    return "*What reviewers differ on*\n" + "\n".join(lines)


def trend(past: Past) -> str:
    """Alpha by month, the latest calibration of each, and what is behind the newest; empty without any."""
    if not past:
        return ""
    by_month = {f"{session.ended_at:%b %Y}": figure(result.alpha) for session, result in past if session.ended_at}
    months = " → ".join(f"{month} *{alpha}*" for month, alpha in list(by_month.items())[-MONTHS:])
    latest = past[-1][1]
    discuss = f"{len(latest.flagged)} of {counted(len(latest.tickets), 'ticket')} to discuss"
    again = recurrent([one for _, one in past])
    most = f"; reviewers differ most often on {label(again[0][0]).lower()}" if again else ""
    reviewers = counted(len(latest.reviewers), "reviewer")
    return f"Agreement of QA reviewers (alpha): {months}. Latest: {reviewers}, {discuss}{most}."
