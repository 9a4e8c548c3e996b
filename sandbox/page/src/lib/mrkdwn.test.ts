import { describe, expect, it } from "vitest";
import { richText, safeLink, withoutImages } from "./mrkdwn";

const section = (text: string) => richText(text).flatMap((part) => part.elements);
const said = (text: string) => section(text).map((one) => one.text ?? `<${one.type}>`).join("");

describe("mrkdwn", () => {
  it("never makes a mention or a link of escaped text", () => {
    expect(section("&lt;@U1&gt; &lt;!channel&gt; &amp;lt;")).toEqual([{ type: "text", text: "<@U1> <!channel> &lt;" }]);
  });
  it("loses nothing that is no markup", () => {
    for (const text of ["2*3*4", "snake_case_word", "# no\n## heading\n- item", "10:30:45", "$a$ and $b$", "a * b * c", "    indented"]) expect(said(text)).toBe(text);
  });
  it("knows mentions, dates, groups and everyone", () => {
    expect(section("<@U1|ana> <#C1|> <!subteam^S1|@x> <!here>").filter((one) => one.type !== "text")).toEqual([
      { type: "user", user_id: "U1" }, { type: "channel", channel_id: "C1" }, { type: "usergroup", usergroup_id: "S1" }, { type: "broadcast", range: "here" },
    ]);
    expect(section("<!date^1700000000^{date} {time}^https://x.example|then>")).toEqual([
      { type: "date", timestamp: 1700000000, format: "{date} {time}", fallback: "then", url: "https://x.example" },
    ]);
  });
  it("links addresses, also bare ones with a port, and follows no script", () => {
    expect(section("see http://127.0.0.1:4500/archives/C1/p1.").map((one) => one.type)).toEqual(["text", "link", "text"]);
    expect(section("<https://a.example/?x=1&amp;y=2|here>")[0]).toMatchObject({ url: "https://a.example/?x=1&y=2", text: "here" });
    expect(section("<javascript:alert(1)|click>")).toEqual([{ type: "text", text: "click" }]);
    expect(safeLink(" JavaScript:alert(1)")).toBeUndefined();
  });
  it("keeps code, quotes and the text around them apart", () => {
    expect(richText("a\n> q1\n> q2\nb\n```\nx *y* <@U1>\n```\nc").map((part) => [part.type, part.elements.map((one: { text: string }) => one.text).join("")])).toEqual([
      ["rich_text_section", "a"], ["rich_text_quote", "q1\nq2"], ["rich_text_section", "b"], ["rich_text_preformatted", "x *y* <@U1>"], ["rich_text_section", "c"],
    ]);
  });
  it("styles nested text and draws only emoji that exist", () => {
    expect(section("_*both*_ :tada: :nope:")).toEqual([
      { type: "text", text: "both", style: { italic: true, bold: true } }, { type: "text", text: " " }, { type: "emoji", name: "tada" }, { type: "text", text: " " }, { type: "text", text: ":nope:" },
    ]);
  });
});

describe("code", () => {
  const codes = (text: string) => section(text).filter((one) => one.style?.code).map((one) => one.text);
  it("ends before any sign, and nothing is added to the text", () => {
    const text = "under `[a.b]`: `c = {}`; (`d`), `e`! `f`? `g`.";
    expect(codes(text)).toEqual(["[a.b]", "c = {}", "d", "e", "f", "g"]);
    expect(said(text)).toBe(text.replaceAll("`", ""));
    expect(codes("no`code`here and `a`b")).toEqual([]);
  });

  it("is not seen between two spans, however the first one ends", () => {
    expect(codes("under `[team]` could, with `/review`.")).toEqual(["[team]", "/review"]);
    expect(said("```\nx `y`: z\n```")).toBe("x `y`: z");
  });
});

describe("markdown", () => {
  it("shows images as links, and code as it is", () => {
    expect(withoutImages("Wow! ![a](https://x/a.png) ![b][1] [![c](d)](e) `![x](y)` \\![f](g)\n```\n![z](z)\n```")).toBe(
      "Wow! [a](https://x/a.png) [b][1] [[c](d)](e) `![x](y)` \\![f](g)\n```\n![z](z)\n```");
  });
});
