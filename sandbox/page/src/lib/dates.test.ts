import { describe, expect, it } from "vitest";
import { slackDate, unixOf, wallDate, wallTime } from "./dates";
import { goBy } from "./time";

describe("dates in a member's zone", () => {
  const noon = Date.UTC(2026, 2, 3, 12, 5) / 1000;
  it("draws Slack's tokens there", () => {
    expect(slackDate(noon, "{date_num} {time}", "Europe/Madrid")).toBe("2026-03-03 1:05 PM");
    expect(slackDate(noon, "{date_long}", "Asia/Kolkata")).toBe("Tuesday, March 3rd, 2026");
    expect(slackDate(noon, "{date_short_pretty} {unknown}", "America/New_York")).toBe("Mar 3, 2026 {unknown}");
    expect(slackDate(Date.now() / 1000, "{date_pretty}", "UTC")).toBe("Today");
  });
  it("tells days and how long ago by the time it is given", () => {
    const at = (now: number, tz: string) => slackDate(noon, "{date_short_pretty} · {ago}", tz, now * 1000);
    expect(at(noon + 60, "UTC")).toBe("Today · 1 minute ago");
    expect(at(noon + 86400, "UTC")).toBe("Yesterday · 24 hours ago");
    expect(at(noon - 86400, "UTC")).toBe("Tomorrow · in 24 hours");
    expect(at(noon + 2 * 86400, "UTC")).toBe("Mar 3, 2026 · 2 days ago");
    expect(at(noon + 86400, "Pacific/Kiritimati")).toBe("Yesterday · 24 hours ago");
  });
  it("writes today small after anything else", () => {
    expect(slackDate(noon, "due {date_pretty} at {time}", "UTC", noon * 1000)).toBe("due today at 12:05 PM");
    expect(slackDate(noon, "\u200b{date_short_pretty} {time}", "UTC", noon * 1000)).toBe("\u200btoday 12:05 PM");
  });
  it("knows yesterday late on a day of 25 hours, and goes by the workspace's clock", () => {
    const late = Date.UTC(2026, 9, 25, 22, 45) / 1000; // 23:45 in Madrid, where the day began 24 h 45 min before
    expect(slackDate(Date.UTC(2026, 9, 24, 12) / 1000, "{date_pretty}", "Europe/Madrid", late * 1000)).toBe("Yesterday");
    goBy(late);
    expect(slackDate(Date.UTC(2026, 9, 25, 8) / 1000, "{date_pretty}", "Europe/Madrid")).toBe("Today");
    goBy(Date.now() / 1000);
  });
  it("takes an unknown zone for UTC", () => expect(slackDate(noon, "{time}", "Mars/Base")).toBe("12:05 PM"));
  it("turns wall clocks into moments and back, across clock changes", () => {
    for (const tz of ["Europe/Madrid", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
      for (const day of ["2026-03-28", "2026-03-29", "2026-10-25", "2026-11-01", "2026-07-01"]) {
        const moment = unixOf(day, "09:30", tz);
        expect([wallDate(moment, tz), wallTime(moment, tz)]).toEqual([day, "09:30"]);
      }
  });
});
