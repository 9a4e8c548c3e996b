// Times are drawn in the zone of the member one looks through, never in the browser's, and days are told by the
// workspace's clock.
import { now as byWorkspace } from "./time";

export const seconds = (ts: string | number) => Number(ts) || 0;

const cache = new Map<string, Intl.DateTimeFormat>();

function format(at: Date, tz: string, options: Intl.DateTimeFormatOptions): string {
  const key = tz + JSON.stringify(options);
  let formatter = cache.get(key);
  if (!formatter) {
    try {
      formatter = new Intl.DateTimeFormat("en-US", { timeZone: tz, ...options });
    } catch {
      formatter = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options });
    }
    cache.set(key, formatter);
  }
  return formatter.format(at);
}

const dayKey = (at: Date, tz: string) => format(at, tz, { year: "numeric", month: "2-digit", day: "2-digit" });

export const sameDay = (a: string, b: string, tz: string) =>
  dayKey(new Date(seconds(a) * 1000), tz) === dayKey(new Date(seconds(b) * 1000), tz);

/** The number of a day in a zone; the next day has the next number, also where the clocks change. */
function dayNumber(at: Date, tz: string): number {
  const [month, day, year] = dayKey(at, tz).split("/").map(Number);
  return Date.UTC(year!, month! - 1, day!) / 864e5;
}

const NEAR: Record<string, string> = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" };
/** "Today", "Yesterday" or "Tomorrow" in that zone, else undefined. */
const nearDay = (at: Date, tz: string, now: number): string | undefined => NEAR[dayNumber(at, tz) - dayNumber(new Date(now), tz)];

function ordinal(at: Date, tz: string): string {
  const day = Number(format(at, tz, { day: "numeric" }));
  const rest = day % 100;
  return `${day}${rest > 10 && rest < 14 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
}

const longDate = (at: Date, tz: string) =>
  `${format(at, tz, { month: "long" })} ${ordinal(at, tz)}, ${format(at, tz, { year: "numeric" })}`;
const shortDate = (at: Date, tz: string) => format(at, tz, { month: "short", day: "numeric", year: "numeric" });

function ago(at: Date, now: number): string {
  const minutes = Math.round((at.getTime() - now) / 60000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}

/** Slack's date tokens, `<!date^UNIX^{date_short_pretty} {time}|…>`, in the given zone, as they read at `now` (milliseconds). */
export function slackDate(unix: number, pattern: string, tz: string, now = byWorkspace()): string {
  const at = new Date(unix * 1000);
  const pretty = (plain: string) => nearDay(at, tz, now) ?? plain;
  const tokens: Record<string, () => string> = {
    date_num: () => format(at, tz, { year: "numeric", month: "2-digit", day: "2-digit" }).replace(/(\d+)\/(\d+)\/(\d+)/, "$3-$1-$2"),
    date: () => longDate(at, tz),
    date_pretty: () => pretty(longDate(at, tz)),
    date_short: () => shortDate(at, tz),
    date_short_pretty: () => pretty(shortDate(at, tz)),
    date_long: () => `${format(at, tz, { weekday: "long" })}, ${longDate(at, tz)}`,
    date_long_pretty: () => pretty(`${format(at, tz, { weekday: "long" })}, ${longDate(at, tz)}`),
    date_long_full: () => format(at, tz, { weekday: "long", month: "long", day: "numeric", year: "numeric" }),
    day_divider_pretty: () => pretty(format(at, tz, { weekday: "long", month: "long", day: "numeric" })),
    time: () => clock(unix, tz),
    time_secs: () => format(at, tz, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(at, now),
  };
  // "Today" begins a date; after anything else it is "today", as Slack has it.
  const lower = (drawn: string, at: number) => (at && Object.values(NEAR).includes(drawn) ? drawn.toLowerCase() : drawn);
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string, place: number) => (tokens[name] ? lower(tokens[name](), place) : whole));
}

export const clock = (unix: number, tz: string) =>
  format(new Date(unix * 1000), tz, { hour: "numeric", minute: "2-digit" });

export const fullDate = (unix: number, tz: string) =>
  `${slackDate(unix, "{date_long} at {time_secs}", tz)} (${tz})`;

/** When something was said: the time of day, with the date unless that is today; `before` is what it is written after. */
export function saidAt(unix: number, tz: string, now: number, before = ""): string {
  const today = dayKey(new Date(unix * 1000), tz) === dayKey(new Date(now), tz);
  return slackDate(unix, `${before}${today ? "" : "{date_short_pretty} at "}{time}`, tz, now);
}

export const dayDivider = (unix: number, tz: string, now?: number) => slackDate(unix, "{day_divider_pretty}", tz, now);

/** Seconds since 1970 of a wall-clock "2026-03-01" and "14:30" in a zone. */
export function unixOf(date: string, time: string, tz: string): number {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${wallDate(guess / 1000, tz)}T${wallTime(guess / 1000, tz)}:00Z`);
  return Math.round(guess / 1000);
}

export const wallDate = (unix: number, tz: string) => slackDate(unix, "{date_num}", tz);
export const wallTime = (unix: number, tz: string) =>
  format(new Date(unix * 1000), tz, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
