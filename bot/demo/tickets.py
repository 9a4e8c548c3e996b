"""Eight weeks of a support team's tickets, made up from stories.toml; the same `now` makes the same tickets."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

WEEKS = 8
ABOUT = 300
SEED = 20
BY_WEEKDAY = (1.35, 1.25, 1.1, 1.05, 0.95, 0.18, 0.12)  # Monday first
BY_HOUR = (1, 1, 1, 1, 1, 2, 3, 6, 10, 12, 11, 9, 7, 9, 11, 10, 9, 7, 5, 4, 3, 2, 2, 1)  # UTC
AGENTS = {"ana": 30, "kofi": 26, "priya": 22, "diego": 18, "lena": 8, "jun": 7}
BY_TIER = {"enterprise": 1.9, "business": 2.2, "pro": 1.5, "free": 1.0}
TRENDS: Mapping[str, Callable[[float], float]] = {  # the age of a ticket from 1 (eight weeks ago) to 0 (now)
    "steady": lambda age: 1.0,
    "growing": lambda age: 0.2 + 2.8 * (1 - age) ** 3,
    "fading": lambda age: 0.4 + 1.4 * age,
}
RATINGS = {"usability": (1, 2, 4, 12, 21), "reliability": (5, 6, 6, 9, 8), "functional": (2, 4, 8, 12, 8)}
USUALLY = (2, 2, 5, 12, 15)  # how often each rating from 1 to 5 is given
RATED = 0.4
LINGERING = 0.3  # of the tickets of the last WAITING, this share is not finished whatever chance says
WAITING = timedelta(days=9)
NOT_AGAIN_WITHIN = 30  # tickets with the same subject are at least so many apart
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Story:
    """Something customers write about, in several wordings."""

    category: str
    area: str
    weight: float
    trend: str
    tags: tuple[str, ...]
    subjects: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A customer: its name, plan and yearly revenue."""

    name: str
    tier: str
    arr: float

    @property
    def handle(self) -> str:
        """Its name as one word."""
        return "".join(letter for letter in self.name.lower() if letter.isalnum())


@dataclass(slots=True)
class Teller:
    """Who makes the tickets up: the dice, the stories, the companies, and the wordings used of late."""

    random: Random
    now: datetime
    stories: list[Story]
    companies: list[Company]
    cast: Mapping[str, Any]
    of_late: list[str] = field(default_factory=list)


def tickets(now: datetime) -> list[dict[str, Any]]:
    """About ABOUT ticket objects of the intake's form, oldest first, none later than `now` (aware UTC)."""
    cast, written = _read("customers.toml"), _read("stories.toml")
    stories = [_story(entry) for entry in written["story"]]
    teller = Teller(Random(SEED), now, stories, [Company(*row) for row in cast["customers"]], cast)
    moments = [(now - HOUR * moment["hours_ago"], moment) for moment in written["moment"]]
    arrivals: list[tuple[datetime, dict[str, Any] | None]] = [(at, None) for at in _arrivals(teller)]
    in_order = sorted([*arrivals, *moments], key=lambda arrival: arrival[0])
    made = (_fixed(teller, at, moment) if moment else _chance(teller, at) for at, moment in in_order)
    return [_numbered(number, ticket) for number, ticket in enumerate(made, 1)]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("bot.demo").joinpath(name).read_text(encoding="utf-8"))


def _story(entry: Mapping[str, Any]) -> Story:
    tags, subjects, bodies = (tuple(entry[name]) for name in ("tags", "subjects", "bodies"))
    return Story(entry["category"], entry["area"], entry["weight"], entry["trend"], tags, subjects, bodies)


def _arrivals(teller: Teller) -> Iterator[datetime]:
    """Instants over the last WEEKS weeks: busy Mondays, quiet weekends, two humps a day, and some just now."""
    random, now = teller.random, teller.now
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight - timedelta(days=back) for back in range(1, WEEKS * 7 - 1)]
    per_weight = ABOUT / sum(BY_WEEKDAY[day.weekday()] for day in days)
    for day in days:
        for _ in range(int(BY_WEEKDAY[day.weekday()] * per_weight + random.random())):
            hour = random.choices(range(24), BY_HOUR)[0]
            yield day + timedelta(hours=hour, seconds=random.randrange(3600))
    for minutes in (9, 38, 71, 150, 240, 330):
        yield now - timedelta(minutes=minutes, seconds=random.randrange(60))


def _numbered(number: int, ticket: dict[str, Any]) -> dict[str, Any]:
    """With the number of the made-up helpdesk, and instants as JSON takes them."""
    helpdesk = 4200 + number
    ticket |= {"external_id": f"FP-{helpdesk}", "url": f"https://help.fernpost.example/tickets/{helpdesk}"}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in ticket.items()}


def _chance(teller: Teller, at: datetime) -> dict[str, Any]:
    """A ticket by chance: what is written about at that age, by whom, in a wording not used of late."""
    random = teller.random
    age = (teller.now - at) / timedelta(weeks=WEEKS)
    company = random.choices(teller.companies, [BY_TIER[one.tier] for one in teller.companies])[0]
    story = random.choices(teller.stories, [one.weight * TRENDS[one.trend](age) for one in teller.stories])[0]
    fresh = [one for one in story.subjects if one not in teller.of_late] or list(story.subjects)
    subject, body = random.choice(fresh), random.choice(story.bodies)
    teller.of_late = [*teller.of_late, subject][-NOT_AGAIN_WITHIN:]
    named = {"category": story.category, "area": story.area}
    return _from(teller, at, company, subject, body, story.tags) | _life(teller, at, named)


def _fixed(teller: Teller, at: datetime, moment: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket that is always there, as stories.toml tells it."""
    company = next(one for one in teller.companies if one.name == moment["customer"])
    ticket = _from(teller, at, company, moment["subject"], moment["body"], moment["tags"])
    ticket |= {name: moment[name] for name in ("category", "area", "status", "csat") if name in moment}
    if "agent" not in moment:
        return ticket | {"updated_at": at}
    answered = at + HOUR / 3
    ticket |= {"assignee_email": f"{moment['agent']}@fernpost.example", "first_response_at": answered}
    ticket |= {"customer_replies": 2, "agent_replies": 2, "updated_at": answered}
    return ticket | ({"solved_at": at + HOUR * 3, "updated_at": at + HOUR * 3} if "csat" in moment else {})


def _from(
    teller: Teller, at: datetime, company: Company, subject: str, body: str, tags: tuple[str, ...]
) -> dict[str, Any]:
    """What a company wrote, its wording filled in."""
    random, cast = teller.random, teller.cast
    said = {
        "domain": f"mail.{company.handle}.example",
        "n": random.choice((12, 18, 23, 31, 40, 57, 64, 85, 96)),
        "percent": random.randrange(3, 12),
        "provider": random.choice(cast["providers"]),
        "sdk": random.choice(cast["sdks"]),
        "plan": company.tier,
        "list": random.choice(cast["lists"]),
    }
    return {
        "subject": subject.format(**said),
        "body": body.format(**said),
        "customer": {
            "external_id": company.handle,
            "name": company.name,
            "tier": company.tier,
            "arr": company.arr,
        },
        "requester_email": f"{random.choice(cast['first_names'])}@{company.handle}.example",
        "tags": list(tags),
        "created_at": at,
    }


def _life(teller: Teller, at: datetime, named: Mapping[str, str]) -> dict[str, Any]:
    """How far the ticket has come by now: who has it, when it was answered and solved, what it was tagged."""
    random, now = teller.random, teller.now
    weekend = 2.5 if at.weekday() > 4 else 1
    answered = at + HOUR * min(random.lognormvariate(0.35, 1.0), 30) * weekend
    solved = answered + HOUR * min(random.lognormvariate(2.2, 1.1), 150)
    agent = random.choices(list(AGENTS), list(AGENTS.values()))[0]
    lingers = random.random() < LINGERING and now - at < WAITING
    if answered > now:
        return {"status": "new", "updated_at": at}
    life: dict[str, Any] = {
        "assignee_email": f"{agent}@fernpost.example",
        "first_response_at": answered,
        "updated_at": answered,
    }
    return life | (_under_way(random, named) if lingers or solved > now else _finished(random, named, solved, now))


def _under_way(random: Random, named: Mapping[str, str]) -> dict[str, Any]:
    """Being worked on: half of these have no category yet, as that is what people try out."""
    status = random.choices(("open", "pending", "escalated"), (12, 6, 1))[0]
    tagged = named if random.random() < 0.5 else {}
    replies = {"customer_replies": random.randrange(1, 4), "agent_replies": random.randrange(1, 4)}
    return {"status": status, **tagged, **replies}


def _finished(random: Random, named: Mapping[str, str], solved: datetime, now: datetime) -> dict[str, Any]:
    """Solved, closed two days later, perhaps rated."""
    closes = solved + timedelta(hours=48)
    end: dict[str, Any] = {"status": "solved", "updated_at": solved}
    if closes <= now:
        end = {"status": "closed", "closed_at": closes, "updated_at": closes}
    answers = 1 if random.random() < 0.62 else random.randrange(2, 6)
    replies = {"agent_replies": answers, "customer_replies": answers - 1}
    return {**named, "solved_at": solved, **replies, **end, **_rating(random, named["category"])}


def _rating(random: Random, category: str) -> dict[str, int]:
    """Some customers rate, and those of a misbehaving product less kindly."""
    if random.random() > RATED:
        return {}
    return {"csat": random.choices((1, 2, 3, 4, 5), RATINGS.get(category, USUALLY))[0]}
