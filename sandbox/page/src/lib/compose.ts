// What a typed line becomes, and what can complete the word under the cursor.
import { emojiChar, findEmoji } from "./emoji";
import { unescape } from "./mrkdwn";
import type { Channel, Command, Workspace } from "../types";

export interface Suggestion { insert: string; label: string; note?: string; kind: "command" | "user" | "channel" | "emoji"; id?: string }

/** The piece of a word before the cursor that may be completed: where it starts, its sign and its letters. */
export function tokenAt(text: string, cursor: number): { start: number; sign: string; query: string } | undefined {
  const before = text.slice(0, cursor);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return { start: 0, sign: "/", query: command[1]! };
  const found = /(^|[\s(])([@#:])([^\s@#:]*)$/u.exec(before);
  if (!found || (found[2] === ":" && found[3]!.length < 2)) return undefined;
  return { start: cursor - found[3]!.length - 1, sign: found[2]!, query: found[3]! };
}

const rank = (name: string, query: string) => (name.startsWith(query) ? 0 : name.includes(query) ? 1 : 2);
function best<T>(list: T[], query: string, text: (one: T) => string[]): T[] {
  const wanted = query.toLowerCase();
  return list.map((one) => ({ one, at: Math.min(...text(one).map((t) => rank(t.toLowerCase(), wanted))) }))
    .filter(({ at }) => at < 2).sort((a, b) => a.at - b.at).map(({ one }) => one).slice(0, 8);
}

export function suggest(sign: string, query: string, workspace: Workspace, channels: Channel[]): Suggestion[] {
  if (sign === "/") return best(workspace.app.commands, query, (c) => [c.command.slice(1)])
    .map((c) => ({ kind: "command", insert: `${c.command} `, label: `${c.command} ${c.usage_hint ?? ""}`, note: c.description }));
  if (sign === "#") return best(channels.filter((c) => !c.is_im), query, (c) => [c.name]).map((c) => ({ kind: "channel", insert: `#${c.name} `, label: `#${c.name}`, note: c.topic }));
  if (sign === ":") return findEmoji(query, 8).map((name) => ({ kind: "emoji", insert: `${emojiChar(name)} `, label: `${emojiChar(name)}  :${name}:` }));
  const people = best(workspace.users, query, (u) => [u.name, ...(u.real_name ?? "").split(" ")])
    .map((u): Suggestion => ({ kind: "user", id: u.id, insert: `@${u.name} `, label: u.real_name || u.name, note: [`@${u.name}`, u.title].filter(Boolean).join(" · ") }));
  const groups = best(workspace.usergroups, query, (g) => [g.handle, g.name]).map((g): Suggestion => ({ kind: "user", insert: `@${g.handle} `, label: `@${g.handle}`, note: g.name }));
  return [...people, ...groups].slice(0, 8);
}

/** The command whose arguments are being typed, for the hint above the composer. */
export const commandOf = (text: string, commands: Command[]): Command | undefined => {
  const name = /^(\/\S+)\s/.exec(text)?.[1];
  return commands.find((c) => c.command === name);
};

/** A stored message as its author would type it, for editing. */
export const toTyped = (text: string, workspace: Workspace): string => unescape(text
  .replace(/<@(\w+)(?:\|[^>]*)?>/g, (whole, id: string) => { const user = workspace.users.find((u) => u.id === id); return user ? `@${user.name}` : whole; })
  .replace(/<#(\w+)(?:\|[^>]*)?>/g, (whole, id: string) => { const room = workspace.channels.find((c) => c.id === id); return room ? `#${room.name}` : whole; })
  .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (whole, id: string) => { const group = workspace.usergroups.find((g) => g.id === id); return group ? `@${group.handle}` : whole; })
  .replace(/<!(here|channel|everyone)>/g, "@$1")
  .replace(/<(https?:[^|>]+)>/g, "$1"));
