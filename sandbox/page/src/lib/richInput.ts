// What is written in a rich text field, as the rich_text block that Slack hands to the app, and back. The editor's
// document is Tiptap's JSON: paragraphs, quotes, lists and code, each text with its marks.
import type { JSONContent } from "@tiptap/react";
import type { Json } from "../types";
import { safeLink } from "./mrkdwn";

type Style = Record<string, true>;

const LISTS: Record<string, string> = { bulletList: "bullet", orderedList: "ordered" };
const LOOKS = ["bold", "italic", "strike", "code"];
const ADDRESS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

const withStyle = (style: Style) => (Object.keys(style).length ? { style } : {});
const line = (): Json => ({ type: "text", text: "\n" });

/** Text in its parts: what is an address becomes a link, as Slack's own field does it. */
function ofText(text: string, style: Style): Json[] {
  if (style.code) return [{ type: "text", text, ...withStyle(style) }];
  return text.split(ADDRESS).filter(Boolean).map((part) =>
    ADDRESS.test(part) ? { type: "link", url: part, ...withStyle(style) } : { type: "text", text: part, ...withStyle(style) });
}

function ofInline(node: JSONContent): Json[] {
  if (node.type === "hardBreak") return [line()];
  const marks = node.marks ?? [];
  const style: Style = Object.fromEntries(LOOKS.filter((look) => marks.some((mark) => mark.type === look)).map((look) => [look, true]));
  const url = safeLink(marks.find((mark) => mark.type === "link")?.attrs?.href);
  if (!url) return ofText(node.text ?? "", style);
  return [{ type: "link", url, ...(node.text === url ? {} : { text: node.text }), ...withStyle(style) }];
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

/** Some paragraphs as the elements of one part, their lines apart, without empty lines around them. */
function ofParagraphs(paragraphs: JSONContent[]): Json[] {
  const filled = paragraphs.map((one) => one.content ?? []);
  while (filled.length && !filled[0]!.length) filled.shift();
  while (filled.length && !filled.at(-1)!.length) filled.pop();
  return joined(filled.flatMap((content, index) => [...(index ? [line()] : []), ...content.flatMap(ofInline)]));
}

function ofList(list: JSONContent, indent: number, quoted: Json): Json[] {
  const style = LISTS[list.type!]!;
  const out: Json[] = [];
  for (const item of list.content ?? []) {
    const within = item.content ?? [];
    const elements = ofParagraphs(within.filter((one) => one.type === "paragraph"));
    const last = out.at(-1);
    if (elements.length && last?.indent === indent && last.style === style) last.elements.push({ type: "rich_text_section", elements });
    else if (elements.length) out.push({ type: "rich_text_list", style, indent, ...quoted, elements: [{ type: "rich_text_section", elements }] });
    out.push(...within.filter((one) => LISTS[one.type!]).flatMap((one) => ofList(one, indent + 1, quoted)));
  }
  return out;
}

/** The parts of a document or of a quote: paragraphs that follow one another are one part. */
function partsOf(nodes: JSONContent[], kind: string): Json[] {
  const out: Json[] = [];
  let open: JSONContent[] = [];
  const close = () => {
    const elements = ofParagraphs(open);
    if (elements.length) out.push({ type: kind, elements });
    open = [];
  };
  for (const node of nodes) {
    if (node.type === "paragraph") { open.push(node); continue; }
    close();
    if (node.type === "blockquote") out.push(...partsOf(node.content ?? [], "rich_text_quote"));
    else if (node.type === "codeBlock") out.push({ type: "rich_text_preformatted", elements: (node.content ?? []).map((one) => ({ type: "text", text: one.text })) });
    else if (LISTS[node.type!]) out.push(...ofList(node, 0, kind === "rich_text_quote" ? { border: 1 } : {}));
  }
  close();
  return out.filter((part) => part.elements.length);
}

const isWritten = (element: Json): boolean => (element.elements ? element.elements.some(isWritten) : Boolean((element.text ?? element.url ?? "").trim()));

/** A document as a rich_text block; null when nothing is written. */
export function readRich(doc: JSONContent): Json | null {
  const elements = partsOf(doc.content ?? [], "rich_text_section");
  return elements.some(isWritten) ? { type: "rich_text", elements } : null;
}

/** An inline element of a rich_text block as the editor's nodes. */
function drawn(element: Json): JSONContent[] {
  const text: string = element.type === "emoji" ? `:${element.name}:` : element.text ?? element.url ?? "";
  const marks: JSONContent["marks"] = LOOKS.filter((look) => element.style?.[look]).map((type) => ({ type }));
  if (element.type === "link" && safeLink(element.url)) marks!.push({ type: "link", attrs: { href: element.url } });
  return text.split("\n").flatMap((part, index) => [...(index ? [{ type: "hardBreak" }] : []), ...(part ? [{ type: "text", text: part, marks }] : [])]);
}

const paragraph = (elements: Json[]): JSONContent => ({ type: "paragraph", content: elements.flatMap(drawn) });

function nodeOf(part: Json): JSONContent {
  const elements: Json[] = part.elements ?? [];
  if (part.type === "rich_text_list") {
    const content = elements.map((item) => ({ type: "listItem", content: [paragraph(item.elements ?? [])] }));
    return { type: part.style === "ordered" ? "orderedList" : "bulletList", content };
  }
  if (part.type === "rich_text_quote") return { type: "blockquote", content: [paragraph(elements)] };
  if (part.type !== "rich_text_preformatted") return paragraph(elements);
  const text = elements.map((one) => one.text ?? one.url ?? "").join("");
  return { type: "codeBlock", content: text ? [{ type: "text", text }] : [] };
}

/** The document of a field that starts with a rich_text block. */
export const writeRich = (value: Json): JSONContent => ({ type: "doc", content: value?.elements?.length ? value.elements.map(nodeOf) : [{ type: "paragraph" }] });
