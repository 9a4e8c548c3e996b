import { describe, expect, it } from "vitest";
import { slackDate, unixOf, wallDate, wallTime } from "./dates";

describe("dates in a member's zone", () => {
  const noon = Date.UTC(2026, 2, 3, 12, 5) / 1000;
  it("draws Slack's tokens there", () => {
    expect(slackDate(noon, "{date_num} {time}", "Europe/Madrid")).toBe("2026-03-03 1:05 PM");
    expect(slackDate(noon, "{date_long}", "Asia/Kolkata")).toBe("Tuesday, March 3rd, 2026");
    expect(slackDate(noon, "{date_short_pretty} {unknown}", "America/New_York")).toBe("Mar 3, 2026 {unknown}");
    expect(slackDate(Date.now() / 1000, "{date_pretty}", "UTC")).toBe("Today");
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
