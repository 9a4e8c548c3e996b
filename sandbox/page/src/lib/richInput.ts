// What is typed into a rich text field, as the rich_text block that Slack hands to the app, and back.
import type { Json } from "../types";
import { safeLink } from "./mrkdwn";

type Style = Record<string, true>;
interface Line { elements: Json[] }

const STYLES: Record<string, string> = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code" };
const TAGS: Record<string, string> = { bold: "b", italic: "i", strike: "s", code: "code" };
const BLOCKS = ["DIV", "P", "UL", "OL", "BLOCKQUOTE", "PRE", "LI"];
const ADDRESS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

const withStyle = (style: Style) => (Object.keys(style).length ? { style } : {});

/** Text in its parts: what is an address becomes a link, as Slack's own field does it. */
function ofText(text: string, style: Style): Json[] {
  if (style.code) return [{ type: "text", text, ...withStyle(style) }];
  return text.split(ADDRESS).filter(Boolean).map((part, index) =>
    ADDRESS.test(part) && (index % 2 === 1 || part === text) ? { type: "link", url: part, ...withStyle(style) } : { type: "text", text: part, ...withStyle(style) });
}

function inline(node: Node, style: Style): Json[] {
  if (node.nodeType === Node.TEXT_NODE) return ofText((node.textContent ?? "").replace(/[\u00a0\u200b]/g, (c) => (c === "\u00a0" ? " " : "")), style);
  if (!(node instanceof HTMLElement)) return [];
  if (node.tagName === "BR") return [{ type: "text", text: "\n" }];
  const named = STYLES[node.tagName];
  const within: Style = named ? { ...style, [named]: true } : style;
  const url = node instanceof HTMLAnchorElement ? safeLink(node.getAttribute("href")) : undefined;
  if (url) return node.textContent ? [{ type: "link", url, text: node.textContent, ...withStyle(style) }] : [];
  return [...node.childNodes].flatMap((child) => inline(child, within));
}

/** Neighbours of the same look as one, and no empty ones. */
function joined(elements: Json[]): Json[] {
  const out: Json[] = [];
  for (const one of elements) {
    const last = out.at(-1);
    if (last?.type === "text" && one.type === "text" && JSON.stringify(last.style) === JSON.stringify(one.style)) last.text += one.text;
    else if (one.type !== "text" || one.text) out.push({ ...one });
  }
  return out;
}

function listOf(list: HTMLElement, indent: number): Json[] {
  const style = list.tagName === "OL" ? "ordered" : "bullet";
  const out: Json[] = [];
  for (const item of list.children) {
    const nested = item instanceof HTMLElement && ["UL", "OL"].includes(item.tagName) ? [item] : [...item.children].filter((c) => ["UL", "OL"].includes(c.tagName)) as HTMLElement[];
    const own = nested.includes(item as HTMLElement) ? [] : [...item.childNodes].filter((c) => !nested.includes(c as HTMLElement)).flatMap((c) => inline(c, {}));
    const elements = joined(own).filter((one) => one.text !== "\n");
    const last = out.at(-1);
    if (elements.length && last?.indent === indent && last.style === style) last.elements.push({ type: "rich_text_section", elements });
    else if (elements.length) out.push({ type: "rich_text_list", style, indent, elements: [{ type: "rich_text_section", elements }] });
    out.push(...nested.flatMap((one) => listOf(one, indent + 1)));
  }
  return out;
}

function blockOf(node: HTMLElement): Json[] {
  if (["UL", "OL"].includes(node.tagName)) return listOf(node, 0);
  const inner = [...node.childNodes];
  if (inner.some((child) => child instanceof HTMLElement && BLOCKS.includes(child.tagName)) && node.tagName !== "PRE") return partsOf(node);
  const elements = joined(inner.flatMap((child) => inline(child, {})));
  if (node.tagName === "PRE") return [{ type: "rich_text_preformatted", elements }];
  return [{ type: node.tagName === "BLOCKQUOTE" ? "rich_text_quote" : "rich_text_section", elements }];
}

function partsOf(root: HTMLElement): Json[] {
  const out: Json[] = [];
  let loose: Line | undefined;
  for (const node of root.childNodes) {
    if (node instanceof HTMLElement && BLOCKS.includes(node.tagName)) {
      loose = undefined;
      out.push(...blockOf(node));
    } else {
      if (!loose) out.push({ type: "rich_text_section", ...(loose = { elements: [] as Json[] }) });
      out.at(-1)!.elements.push(...inline(node, {}));
    }
  }
  return out;
}

/** Sections that follow one another are one, their lines apart. */
function sectionsJoined(parts: Json[]): Json[] {
  const out: Json[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.type === "rich_text_section" && last?.type === "rich_text_section") last.elements.push({ type: "text", text: "\n" }, ...part.elements);
    else out.push({ ...part });
  }
  return out.map((part) => (part.type === "rich_text_list" ? part : { ...part, elements: joined(part.elements) }));
}

/** A field's content as a rich_text block; null when nothing is written. */
export function readRich(root: HTMLElement): Json | null {
  if (!root.textContent?.trim()) return null;
  const elements = sectionsJoined(partsOf(root)).filter((part) => part.elements.length);
  const last = elements.at(-1);
  if (last?.type === "rich_text_section" && last.elements.at(-1)?.text === "\n") last.elements.pop();
  return { type: "rich_text", elements: elements.filter((part) => part.elements.length) };
}

function drawn(element: Json): Node {
  if (element.type === "emoji") return document.createTextNode(`:${element.name}:`);
  const text = document.createTextNode(element.text ?? element.url ?? "");
  let node: Node = text;
  if (element.type === "link" && safeLink(element.url)) {
    const link = document.createElement("a");
    link.href = element.url;
    link.append(text);
    node = link;
  }
  for (const name of Object.keys(element.style ?? {})) {
    if (!element.style[name] || !TAGS[name]) continue;
    const around = document.createElement(TAGS[name]!);
    around.append(node);
    node = around;
  }
  return node;
}

const KINDS: Record<string, string> = { rich_text_section: "div", rich_text_quote: "blockquote", rich_text_preformatted: "pre" };

/** The content of a field that starts with a rich_text block. */
export function writeRich(root: HTMLElement, value: Json): void {
  root.replaceChildren(...(value?.elements ?? []).map((part: Json) => {
    const list = part.type === "rich_text_list";
    const box = document.createElement(list ? (part.style === "ordered" ? "ol" : "ul") : KINDS[part.type] ?? "div");
    for (const one of part.elements ?? []) {
      if (!list) { box.append(drawn(one)); continue; }
      const item = document.createElement("li");
      item.append(...(one.elements ?? []).map(drawn));
      box.append(item);
    }
    return box;
  }));
}
