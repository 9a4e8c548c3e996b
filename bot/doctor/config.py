"""What the config says, and what it leaves switched off."""

from collections.abc import Iterator

from bot.doctor.findings import Finding, note
from bot.settings import Settings


def findings(settings: Settings) -> Iterator[Finding]:
    """The file, the way Slack reaches the bot, and what is missing for a part of it to work."""
    policies = len(settings.policy_book.policies)
    calendars = ", ".join(settings.calendars)
    yield Finding("config", True, f"{settings.file_name}: calendars {calendars}; {policies} policies")
    yield _transport(settings)
    for path, detail in settings.weak_secrets.items():
        yield Finding(path, False, detail)
    for path, detail in _left_out(settings).items():
        yield note(path, f"not set: {detail}")


def _transport(settings: Settings) -> Finding:
    if settings.app_token is not None:
        return Finding("transport", True, "Socket Mode (SLACK_APP_TOKEN is set)")
    if settings.signing_secret.get_secret_value():
        return Finding("transport", True, f"HTTP on {settings.host}:{settings.port}; signing secret set")
    return Finding("transport", False, "set SLACK_SIGNING_SECRET (Basic Information on your app's page)")


def _left_out(settings: Settings) -> dict[str, str]:
    """Settings without which something is not done, and what that is."""
    channels, team = settings.channels, settings.team
    digests = [name for name, digest in settings.digests.items() if digest.channel is None]
    missing = {
        "channels.alerts": (channels.alerts, "SLA alerts are posted nowhere"),
        "channels.leads": (
            channels.leads,
            f"no post for {', '.join(digests) or 'leads'}; what leads need to know goes to them one by one",
        ),
        "channels.escalations": (
            channels.escalations or settings.escalations.routes,
            "handoffs are refused, as there are no escalations.routes either",
        ),
        "channels.qa": (channels.qa, "calibrations are refused"),
        "team.leads": (team.leads, "nobody may post digests or run calibrations"),
        "team.reviewers": (team.reviewers, "no calibration opens by itself"),
    }
    return {path: detail for path, (found, detail) in missing.items() if not found}
