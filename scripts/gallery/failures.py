"""Scenes: what people read when something does not go: a window that is too late, a database that is away."""

from datetime import timedelta

from sqlalchemy import text

from scripts.gallery.camera import Camera
from scripts.gallery.place import ANA, KOFI, LEADS, MAYA, Place
from tests.workplace import option


def refused(place: Place, camera: Camera) -> None:
    """Two at once, a window that Slack did not open in time, and what the bot could not do."""
    ana, kofi, slack = place.person(ANA), place.person(KOFI), place.work.slack
    ana.types("/ticket new P2 The export of contacts stays empty for Brightside Clinics")
    slack.fault("views.open", "error", error="expired_trigger_id")
    ana.types("/ticket new")
    camera.message(place.url, "failed-too-late", ana)
    ana.types("/ticket solve T-1")
    for line in ("/tag T-1 usability", "/ticket solve T-1 nothing"):
        kofi.types(line)
    ana.submits(category=option("functional"), spared=option("nothing"))
    camera.window(place.url, "window-refused", ana)
    slack.close(ANA, clear=True)


def broken(place: Place, camera: Camera) -> None:
    """What nobody foresaw, and a database that is away."""
    ana, engine = place.person(ANA), place.work.bot.house.engine
    ana.types("/ticket new P2 A template cannot be saved")
    with engine.begin() as connection:
        connection.execute(text("UPDATE ticket SET status = 'lost'"))
    place.work.slack.command(ANA, ana.channel, "/ticket show T-2")
    camera.message(place.url, "failed-unforeseen", ana)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE ticket RENAME TO gone"))
    place.work.slack.command(ANA, ana.channel, "/ticket show T-2")
    camera.message(place.url, "failed-database", ana)


def plainer(place: Place, camera: Camera) -> None:
    """A workspace that takes no charts: the week's figures are posted in plainer blocks."""
    maya = place.person(MAYA, LEADS)
    for weeks in (3, 4, 5):  # the figures may be posted before Slack is told to refuse them
        week = f"{place.work.clock.now() - timedelta(weeks=weeks):%G-W%V}"
        maya.types(f"/digest weekly post {week}")
        if weeks == 3:
            camera.message(place.url, "digest-posted-told", maya)
        head = place.waits(maya, f"Weekly review {week}")
        place.work.slack.fault("chat.postMessage", "error", error="invalid_blocks")
        figures = place.waits(maya, "1 · Numbers", head["ts"])
        if not any(block["type"] == "data_visualization" for block in figures["blocks"]):
            camera.message(place.url, "digest-part-plainer", maya, thread=head["ts"], ts=figures["ts"])
            return
        place.pass_time(seconds=30)
