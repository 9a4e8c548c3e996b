// Slack's mrkdwn, turned into the elements of a rich_text block. slack-blocks-to-jsx draws rich_text
// faithfully; its own mrkdwn reader unescapes before it parses, so escaped text would become mentions.
import { parse, type Node, NodeType } from "slack-message-parser";
import type { Json } from "../types";
import { emojiChar } from "./emoji";

export interface RichElement { type: string; [key: string]: Json }
type Style = Record<string, boolean>;

export const unescape = (text: string) =>
  text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
export const escape = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const SAFE_LINK = /^(https?:|mailto:|tel:|slack:)/i;
/** The address if it is one that may be followed; undefined for `javascript:` and the like. */
export const safeLink = (url: unknown): string | undefined =>
  typeof url === "string" && SAFE_LINK.test(url.trim()) ? url.trim() : undefined;

const CODE = /(```[\s\S]*?```|`[^`\n]*`)/;
/** Standard Markdown whose images are links to them, as Slack shows them; nothing is fetched from outside. */
export const withoutImages = (markdown: string) =>
  markdown.split(CODE).map((part, index) => (index % 2 ? part : part.replace(/(?<!\\)!(?=\[)/g, ""))).join("");

/** An id without the empty label of `<#C1|>`, which the parser leaves on it. */
const bare = (id: string) => id.split("|")[0]!;
const styled = (style: Style) => (Object.keys(style).length ? { style } : {});
const textOf = (nodes?: readonly Node[]): string =>
  (nodes ?? []).map((node) => ("text" in node ? unescape(node.text) : "children" in node ? textOf(node.children) : node.source)).join("");

function ofCommand(node: Extract<Node, { type: NodeType.Command }>, style: Style): RichElement {
  const [first = "", pattern = "", link] = node.arguments;
  if (node.name === "date")
    return { type: "date", timestamp: Number(first), format: pattern, fallback: textOf(node.label), url: link, ...styled(style) };
  if (node.name === "subteam") return { type: "usergroup", usergroup_id: first, ...styled(style) };
  if (["here", "channel", "everyone"].includes(node.name)) return { type: "broadcast", range: node.name };
  return { type: "text", text: textOf(node.label) || unescape(node.source), ...styled(style) };
}

function ofLink(node: Extract<Node, { type: NodeType.URL }>, style: Style): RichElement {
  const url = safeLink(unescape(node.url));
  const text = textOf(node.label) || unescape(node.url);
  return url ? { type: "link", url, text, ...styled(style) } : { type: "text", text, ...styled(style) };
}

const KEPT_AS_IS = /(```[\s\S]*?```|`[^`\n]+`|<[^>]*>)/;
const BARE_LINK = /https?:\/\/(?:(?!&[lg]t;)[^\s<>"'`|])*[^\s<>"'`|.,;:!?)\]}*_~]/g;

/** Bare addresses as links, before the parser takes the ":8080:" in one for an emoji. */
const linked = (mrkdwn: string) =>
  mrkdwn.split(KEPT_AS_IS).map((part, index) => (index % 2 ? part : part.replace(BARE_LINK, "<$&>"))).join("");

const ofText = (raw: string, style: Style): RichElement[] => (withoutEnds(raw) ? [{ type: "text", text: unescape(withoutEnds(raw)), ...styled(style) }] : []);

function inline(node: Node, style: Style): RichElement[] {
  switch (node.type) {
    case NodeType.Text: return ofText(node.text, style);
    case NodeType.Bold: return node.children.flatMap((child) => inline(child, { ...style, bold: true }));
    case NodeType.Italic: return node.children.flatMap((child) => inline(child, { ...style, italic: true }));
    case NodeType.Strike: return node.children.flatMap((child) => inline(child, { ...style, strike: true }));
    case NodeType.Code: return [{ type: "text", text: unescape(node.text), style: { ...style, code: true } }];
    case NodeType.UserLink: return [{ type: "user", user_id: bare(node.userID), ...styled(style) }];
    case NodeType.ChannelLink: return [{ type: "channel", channel_id: bare(node.channelID), ...styled(style) }];
    case NodeType.URL: return [ofLink(node, style)];
    case NodeType.Command: return [ofCommand(node, style)];
    case NodeType.Emoji: return [ofEmoji(node, style)];
    default: return "children" in node ? node.children.flatMap((child) => inline(child, style)) : [];
  }
}

function ofEmoji(node: Extract<Node, { type: NodeType.Emoji }>, style: Style): RichElement {
  const name = node.variation ? `${node.name}::${node.variation}` : node.name;
  return emojiChar(name) ? { type: "emoji", name } : { type: "text", text: node.source, ...styled(style) };
}

// The parser ends a code span only before a space and some signs; Slack does so before any that is no letter.
const CODE_END = "\uE000";
const NO_LETTER = /[^\s`\p{L}\p{N}]/u;
const codeEnds = (mrkdwn: string) =>
  mrkdwn.replace(/(^|[^`\w])`[^`\n]+`(?=(.?))/gsu, (span, _, next: string) => (NO_LETTER.test(next) ? `${span} ${CODE_END}` : span));
const withoutEnds = (text: string) => text.replaceAll(` ${CODE_END}`, "");

/** The blocks of one mrkdwn text: sections, quotes and code, in order. */
export function richText(mrkdwn: string): RichElement[] {
  const root = parse(codeEnds(linked(mrkdwn)).replace(/^>(?!>)/gm, "&gt;"));
  const out: RichElement[] = [];
  const into = (type: string, elements: RichElement[]) => {
    const last = out[out.length - 1];
    if (last?.type === type && type !== "rich_text_preformatted") {
      if (type === "rich_text_quote") last.elements.push({ type: "text", text: "\n" });
      last.elements.push(...elements);
    } else out.push({ type, elements });
  };
  for (const node of root.children) {
    if (node.type === NodeType.Quote) into("rich_text_quote", trimmed(node.children.flatMap((child) => inline(child, {}))));
    else if (node.type === NodeType.PreText) into("rich_text_preformatted", [{ type: "text", text: withoutEnds(unescape(node.text)).replace(/^\n|\n$/g, "") }]);
    else if (!(node.type === NodeType.Text && node.text === "\n" && out[out.length - 1]?.type === "rich_text_quote")) into("rich_text_section", inline(node, {}));
  }
  return tidy(out);
}

function trimmed(elements: RichElement[]): RichElement[] {
  elements.forEach((element, index) => {
    const atLineStart = index === 0 || /\n$/.test(elements[index - 1]?.text ?? "");
    if (element.type === "text") element.text = element.text.replace(/\n /g, "\n").replace(atLineStart ? /^ / : /$^/, "");
  });
  return elements;
}

/** A line break next to a quote or code block is that block's own, not an empty line. */
function tidy(parts: RichElement[]): RichElement[] {
  parts.forEach((part, index) => {
    if (part.type !== "rich_text_section") return;
    const first = part.elements[0];
    const last = part.elements[part.elements.length - 1];
    if (index > 0 && first?.type === "text") first.text = first.text.replace(/^\n/, "");
    if (index < parts.length - 1 && last?.type === "text") last.text = last.text.replace(/\n$/, "");
  });
  return parts.filter((part) => part.elements.some((element: RichElement) => element.type !== "text" || element.text));
}
