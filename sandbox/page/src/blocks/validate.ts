// Why a block would be refused, for the developer who looks at it. Limits: Slack's Block Kit reference.
import type { Block, Json } from "../types";

type Rule = (block: Block) => string | undefined;
const long = (value: Json, most: number, name: string) =>
  typeof value === "string" && [...value].length > most ? `${name} has ${[...value].length} characters, at most ${most}` : undefined;
const count = (value: Json, least: number, most: number, name: string) => {
  if (!Array.isArray(value)) return `${name} is missing`;
  if (value.length < least) return `${name} is empty`;
  return value.length > most ? `${name} has ${value.length} entries, at most ${most}` : undefined;
};
const text = (value: Json, most: number, name: string, kinds = ["plain_text", "mrkdwn"]) => {
  if (!value || typeof value !== "object") return `${name} is missing`;
  if (!kinds.includes(value.type)) return `${name} is ${value.type ?? "of no type"}, it must be ${kinds.join(" or ")}`;
  if (typeof value.text !== "string" || !value.text) return `${name} is empty`;
  return long(value.text, most, name);
};
const first = (...found: (string | undefined)[]) => found.find(Boolean);

const rules: Record<string, Rule> = {
  header: (b) => text(b.text, 150, "text", ["plain_text"]),
  section: (b) => first(
    !b.text && !b.fields ? "text or fields is needed" : undefined,
    b.text && text(b.text, 3000, "text"),
    b.fields && count(b.fields, 1, 10, "fields"),
    ...(Array.isArray(b.fields) ? b.fields.map((f: Json, i: number) => text(f, 2000, `fields[${i}]`)) : [])),
  divider: () => undefined,
  context: (b) => count(b.elements, 1, 10, "elements"),
  actions: (b) => count(b.elements, 1, 25, "elements"),
  context_actions: (b) => count(b.elements, 1, 5, "elements"),
  input: (b) => first(text(b.label, 2000, "label", ["plain_text"]), b.element ? undefined : "element is missing"),
  image: (b) => first(b.image_url || b.slack_file ? undefined : "image_url or slack_file is needed", b.alt_text == null ? "alt_text is missing" : undefined),
  markdown: (b) => (typeof b.text === "string" ? long(b.text, 12000, "text") : "text is missing"),
  rich_text: (b) => (Array.isArray(b.elements) ? badRichText(b.elements) : "elements is missing"),
  table: (b) => first(count(b.rows, 1, 100, "rows"), b.rows?.every?.(Array.isArray) ? undefined : "rows must be lists of cells"),
  data_table: (b) => first(
    typeof b.caption === "string" && b.caption ? undefined : "caption is missing",
    Array.isArray(b.rows) && b.rows.length < 2 ? "a header row and at least one more are needed" : count(b.rows, 2, 201, "rows"),
    Array.isArray(b.rows) ? badColumns(b.rows) : undefined),
  data_visualization: badChart,
  alert: (b) => text(b.text, 200, "text"),
  card: (b) => (b.hero_image || b.title || b.actions || b.body ? undefined : "one of hero_image, title, body, actions is needed"),
  carousel: (b) => count(b.elements, 1, 10, "elements"),
  container: (b) => first(b.title || b.rich_text_title ? undefined : "title is missing", count(b.child_blocks, 1, 10, "child_blocks"),
    b.child_blocks?.some?.((c: Block) => c.type === "container") ? "containers do not nest" : undefined),
  plan: (b) => (b.title ? undefined : "title is missing"),
  task_card: (b) => (b.title ? undefined : "title is missing"),
  video: (b) => (b.title && b.video_url ? undefined : "title and video_url are needed"),
  file: () => undefined,
};

const RICH = ["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"];
function badRichText(elements: Json[]): string | undefined {
  const wrong = elements.findIndex((one) => !RICH.includes(one?.type) || !Array.isArray(one.elements));
  return wrong < 0 ? undefined : `elements[${wrong}] (${elements[wrong]?.type ?? "no type"}) does not stand in rich_text`;
}
function badColumns(rows: Json[]): string | undefined {
  const width = rows[0]?.length;
  if (!width || width > 20) return `${width ?? 0} columns, it must be 1 to 20`;
  const odd = rows.findIndex((row) => row?.length !== width);
  return odd > 0 ? `row ${odd} has ${rows[odd]?.length} cells, the header has ${width}` : undefined;
}
function badChart(b: Block): string | undefined {
  const chart = b.chart;
  if (!["pie", "bar", "line", "area"].includes(chart?.type)) return `chart.type is ${chart?.type}, it must be pie, bar, line or area`;
  const basics = first(typeof b.title === "string" ? long(b.title, 50, "title") : "title is missing");
  if (basics) return basics;
  if (chart.type === "pie")
    return first(count(chart.segments, 1, 12, "segments"), chart.segments?.some?.((s: Json) => !(s.value > 0)) ? "a segment's value is not above 0" : undefined);
  return first(count(chart.series, 1, 12, "series"), count(chart.axis_config?.categories, 1, 20, "categories"),
    ...(chart.series ?? []).map((s: Json) => (Array.isArray(s?.data) ? badPoints(s, chart.axis_config?.categories ?? []) : "a series has no data")));
}
function badPoints(series: Json, categories: string[]): string | undefined {
  const stray = series.data.find((point: Json) => !categories.includes(point.label));
  return stray ? `point "${stray.label}" of series "${series.name}" is not among the categories` : undefined;
}

const ONLY: Record<string, string[]> = {
  message: ["carousel", "container", "context_actions", "data_visualization", "markdown", "plan", "task_card"],
  modal: ["alert"],
};

/** The first reason why Slack would not draw this block here; undefined when it would. */
export function whyInvalid(block: Block, surface: "message" | "modal" | "home"): string | undefined {
  if (!block || typeof block !== "object" || !block.type) return "it has no type";
  const rule = rules[block.type];
  if (!rule) return `there is no block of type "${block.type}"`;
  if (surface !== "message" && ONLY.message!.includes(block.type)) return `${block.type} is for messages only`;
  if (surface !== "modal" && ONLY.modal!.includes(block.type)) return `${block.type} is for modals only`;
  try {
    return first(long(block.block_id, 255, "block_id"), rule(block));
  } catch {
    return "its shape is not what this type has";
  }
}
