// What a select offers and how its choice is kept, for each of the ten kinds.
import { get } from "../store";
import type { Element, ElementValue, Option, OptionGroup, OptionList } from "../types";

export const plain = (text: string) => ({ type: "plain_text", text });
const option = (value: string, text: string, note?: string): Option => ({ value, text: plain(text), description: note ? plain(note) : undefined });

const KEYS: Record<string, string> = { users: "user", channels: "channel", conversations: "conversation" };
const family = (el: Element) => el.type.replace(/^multi_/, "").replace(/_select$/, "");
export const isMulti = (el: Element) => el.type.startsWith("multi_");
export const isExternal = (el: Element) => family(el) === "external";

const people = (): Option[] => (get().workspace?.users ?? []).map((u) => option(u.id, u.real_name || u.name, u.title));
/** A menu of channels offers public ones, also those one is not in; private ones are for menus of conversations. */
const rooms = (): Option[] => (get().workspace?.channels ?? []).filter((c) => !c.is_private && !c.is_archived).map((c) => option(c.id, `#${c.name}`));
function conversations(el: Element): Option[] {
  const include: string[] | undefined = el.filter?.include;
  const ims = get().channels.filter((c) => c.is_im).map((c) => option(c.id, get().workspace?.users.find((u) => u.id === c.user)?.real_name ?? "Direct message"));
  const open = get().channels.filter((c) => !c.is_im && (!include || include.includes(c.is_private ? "private" : "public")))
    .map((c) => option(c.id, `#${c.name}`, c.is_private ? "private" : undefined));
  return [...open, ...(!include || include.includes("im") ? ims : [])];
}

/** The choices known without asking the bot. */
export function offered(el: Element): OptionList {
  switch (family(el)) {
    case "users": return { options: people() };
    case "channels": return { options: rooms() };
    case "conversations": return { options: conversations(el) };
    case "static": return { options: el.options, option_groups: el.option_groups };
    default: return {};
  }
}

export const groupsOf = (list: OptionList): OptionGroup[] =>
  list.option_groups?.length ? list.option_groups : [{ label: plain(""), options: list.options ?? [] }];

/** The chosen options of a value, whatever its kind. */
export function chosen(el: Element, value: ElementValue | undefined): Option[] {
  const key = KEYS[family(el)];
  if (!key) return isMulti(el) ? value?.selected_options ?? [] : value?.selected_option ? [value.selected_option] : [];
  const ids: string[] = isMulti(el) ? value?.[`selected_${key}s`] ?? [] : value?.[`selected_${key}`] ? [value[`selected_${key}`]] : [];
  const known = [...(offered(el).options ?? []), ...people()];
  return ids.map((id) => known.find((one) => one.value === id) ?? option(id, id));
}

export function valueOf(el: Element, options: Option[]): ElementValue {
  const key = KEYS[family(el)];
  const { type } = el;
  if (!key) return isMulti(el) ? { type, selected_options: options } : { type, selected_option: options[0] ?? null };
  return isMulti(el) ? { type, [`selected_${key}s`]: options.map((o) => o.value) } : { type, [`selected_${key}`]: options[0]?.value ?? null };
}
