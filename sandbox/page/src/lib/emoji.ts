// Emoji by the short names that Slack uses (emojibase's "iamcal" set), drawn with the system's own font.
import shortcodes from "emojibase-data/en/shortcodes/iamcal.json";

const SKIN = ["", "1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"];
const byName = new Map<string, string>();
const names: string[] = [];

for (const [hex, value] of Object.entries(shortcodes as Record<string, string | string[]>)) {
  const all = Array.isArray(value) ? value : [value];
  const char = hex.split("-").map((part) => String.fromCodePoint(parseInt(part, 16))).join("");
  all.forEach((name) => { if (!byName.has(name)) byName.set(name, char); });
  if (!/1F3F[B-F]/.test(hex) && all[0]) names.push(all[0]);
}
for (const [alias, name] of [["thumbsup", "+1"], ["thumbsdown", "-1"], ["slightly_smiling_face", "slight_smile"]]) {
  if (!byName.has(alias!) && byName.has(name!)) byName.set(alias!, byName.get(name!)!);
}

/** The character of a short name such as `tada` or `+1::skin-tone-3`; undefined when there is none. */
export function emojiChar(name: string): string | undefined {
  const [base, tone] = name.split("::");
  const char = byName.get((base ?? "").toLowerCase());
  const skin = SKIN[Number(tone?.replace("skin-tone-", "")) - 1];
  return char && skin ? char.replace("\uFE0F", "") + String.fromCodePoint(parseInt(skin, 16)) : char;
}

/** Short names that start with, then those that contain, what was typed. */
export function findEmoji(query: string, limit = 60): string[] {
  const wanted = query.toLowerCase().replace(/^:|:$/g, "");
  if (!wanted) return COMMON;
  const starts = names.filter((name) => name.startsWith(wanted));
  const contains = names.filter((name) => !name.startsWith(wanted) && name.includes(wanted));
  return [...starts, ...contains].slice(0, limit);
}

export const COMMON = [
  "+1", "-1", "eyes", "white_check_mark", "tada", "raised_hands", "pray", "heart", "joy", "thinking_face",
  "rocket", "fire", "warning", "rotating_light", "bug", "hourglass_flowing_sand", "wave", "ok_hand",
  "clap", "100", "bulb", "question", "x", "memo",
].filter((name) => byName.has(name));

/** Text with `:names:` replaced where the name is an emoji's; anything else is left as it is. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/gi, (whole, name: string) => emojiChar(name) ?? whole);
}
