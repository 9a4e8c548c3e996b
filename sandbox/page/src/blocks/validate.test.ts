import { describe, expect, it } from "vitest";
import { whyInvalid } from "./validate";

const plain = (text: string) => ({ type: "plain_text", text });
describe("why a block is invalid", () => {
  it("says nothing of good ones", () => {
    expect(whyInvalid({ type: "divider" }, "message")).toBeUndefined();
    expect(whyInvalid({ type: "header", text: plain("Hello") }, "home")).toBeUndefined();
  });
  it("names what is wrong", () => {
    expect(whyInvalid({ type: "headr" }, "message")).toBe('there is no block of type "headr"');
    expect(whyInvalid({ type: "header", text: plain("x".repeat(151)) }, "message")).toBe("text has 151 characters, at most 150");
    expect(whyInvalid({ type: "header", text: { type: "mrkdwn", text: "x" } }, "message")).toContain("must be plain_text");
    expect(whyInvalid({ type: "alert", text: plain("x") }, "message")).toBe("alert is for modals only");
    expect(whyInvalid({ type: "data_table", caption: "c", rows: [[{}], [{}, {}]] }, "message")).toBe("row 1 has 2 cells, the header has 1");
    expect(whyInvalid({ type: "data_visualization", title: "t", chart: { type: "pie", segments: [{ label: "a", value: 0 }] } }, "message")).toContain("not above 0");
  });
  it("survives any shape", () => {
    for (const value of [null, 3, "x", {}, { type: "section", fields: 3 }, { type: "rich_text", elements: [null] }, { type: "container", title: 1, child_blocks: [null] }])
      expect(typeof whyInvalid(value as never, "message")).toBe("string");
  });
});
