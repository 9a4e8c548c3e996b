import { create } from "zustand";
import { api } from "./api";
import { readRoute, writeRoute } from "./lib/route";
import { goBy, now } from "./lib/time";
import type { Channel, ElementValue, Fault, LogEntry, Message, View, Workspace } from "./types";

const PAGE = 60;
const FARTHEST_BACK = 50; // pages
export interface Listing { list: Message[]; hasMore: boolean; limit: number; loaded: boolean }
export interface State {
  workspace?: Workspace; me: string; channels: Channel[]; channel?: string; home: boolean;
  thread?: { channel: string; ts: string }; highlight?: string; unreadFrom?: string;
  messages: Record<string, Listing>; threads: Record<string, Listing>; notices: Message[];
  views: View[]; homeView: View | null; typed: Record<string, ElementValue>;
  log: LogEntry[]; faults: Fault[]; inspector: boolean; drawer: boolean; finder: boolean; editing?: string;
  connection: "connecting" | "open" | "lost"; failure?: string;
  /** The workspace's time in milliseconds, as it was at some moment of the last minute. */
  now: number;
}
const empty: Listing = { list: [], hasMore: false, limit: PAGE, loaded: false };

export const useStore = create<State>(() => ({
  me: "", channels: [], home: false, messages: {}, threads: {}, notices: [], views: [], homeView: null,
  typed: {}, log: [], faults: [], inspector: false, drawer: false, finder: false, connection: "connecting", now: now(),
}));
export const get = useStore.getState;
export const set = useStore.setState;

export const me = () => get().workspace?.users.find((user) => user.id === get().me);
export const useTz = () => useStore((s) => s.workspace?.users.find((user) => user.id === s.me)?.tz || "UTC");
export const threadKey = (channel: string, ts: string) => `${channel}/${ts}`;

/** The workspace's clock shows this unix time; what is drawn of days follows. */
export function keepTime(unix: number): void {
  goBy(unix);
  set({ now: now() });
}
async function fetchWorkspace(): Promise<Workspace> {
  const workspace = await api.workspace();
  keepTime(workspace.now);
  return workspace;
}

let asked = 0;
const taken: Record<string, number> = {};
/** What the present member is answered; undefined when somebody else looks by then, or a later request was answered before. */
async function answer<T>(what: string, ask: (as: string) => Promise<T>): Promise<T | undefined> {
  const { me: as } = get();
  const turn = (asked += 1);
  const found = await ask(as);
  if (get().me !== as || (taken[what] ?? 0) > turn) return undefined;
  taken[what] = turn;
  return found;
}

/** Load everything for the member in the address, else the one last looked through. */
export async function boot(): Promise<void> {
  try {
    const workspace = await fetchWorkspace();
    const people = workspace.users.filter((user) => user.id !== workspace.app.bot_user_id && !user.is_bot);
    const route = readRoute();
    const wanted = route.as ?? localStorage.getItem("as") ?? "";
    const who = people.find((user) => user.id === wanted) ?? people[0];
    set({ workspace, me: who?.id ?? "", failure: undefined });
    await enter();
  } catch (wrong) {
    set({ failure: wrong instanceof Error ? wrong.message : String(wrong) });
  }
}

/** After a lost connection: fetch again what is on the screen, keeping what was typed. */
export async function resync(): Promise<void> {
  const workspace = await fetchWorkspace();
  if (!workspace.users.some((user) => user.id === get().me)) return boot();
  set({ workspace, log: [], messages: {} });
  const { channel, home } = get();
  await refreshChannels();
  if (channel && !get().channels.some((row) => row.id === channel)) return followRoute();
  await Promise.all([channel ? refreshMessages(channel) : undefined, refreshThread().catch(() => set({ thread: undefined })),
    refreshViews(), home ? refreshHome() : undefined, refreshLog(), refreshFaults()]);
}

/** Fetch what the present member sees and go where the address points. */
export async function enter(): Promise<void> {
  set({ messages: {}, threads: {}, views: [], homeView: null, notices: [], typed: {}, thread: undefined });
  await refreshChannels();
  await followRoute();
  await Promise.all([refreshViews(), refreshLog(), refreshFaults()]);
}

export async function followRoute(): Promise<void> {
  const route = readRoute();
  const known = get().channels;
  const first = known.find((c) => c.id === localStorage.getItem(`at:${get().me}`)) ?? known.find((c) => !c.is_im) ?? known[0];
  if (route.home) return openHome(true);
  const target = known.find((c) => c.id === route.channel) ?? first;
  if (!target) return;
  const { ts, thread } = target.id === route.channel ? route : {};
  await openChannel(target.id, { replace: true, ts, thread });
}

export async function refreshWorkspace(): Promise<void> {
  set({ workspace: await fetchWorkspace() });
}
export async function refreshChannels(): Promise<void> {
  const found = await answer("channels", api.channels);
  if (found) set({ channels: found.channels });
}

export async function openChannel(id: string, at: { ts?: string; thread?: string; replace?: boolean } = {}): Promise<void> {
  const row = get().channels.find((c) => c.id === id);
  set({ channel: id, home: false, drawer: false, highlight: at.ts, thread: undefined, unreadFrom: undefined });
  localStorage.setItem(`at:${get().me}`, id);
  writeRoute({ as: get().me, channel: id, ts: at.ts, thread: at.thread }, at.replace);
  await (at.ts ? loadUntil(id, at.ts) : refreshMessages(id));
  if (get().channel !== id || get().home) return; // gone elsewhere meanwhile
  const list = get().messages[id]?.list ?? [];
  if (row?.unread) set({ unreadFrom: list.filter((m) => !m.ephemeral && !isDeleted(m) && m.user !== get().me).slice(-row.unread)[0]?.ts });
  if (at.thread && at.thread !== at.ts) await openThread(id, at.thread);
  await markRead(id);
}

export const isReply = (m: Message) => Boolean(m.thread_ts && m.thread_ts !== m.ts);
export const isDeleted = (m: Message) => m.subtype === "tombstone";

/** The new list with the objects of the old one where nothing changed, so that only what changed is redrawn. */
function kept(before: Message[], now: Message[]): Message[] {
  const old = new Map(before.map((message) => [message.ts, message]));
  return now.map((message) => {
    const was = old.get(message.ts);
    return was && JSON.stringify(was) === JSON.stringify(message) ? was : message;
  });
}

export async function refreshMessages(id: string): Promise<void> {
  const { limit } = get().messages[id] ?? empty;
  const page = await answer(`messages ${id}`, (as) => api.messages(as, id, { limit }));
  set((s) => {
    const now = s.messages[id] ?? empty;
    if (!page || now.limit !== limit) return s; // more was asked for since
    return { messages: { ...s.messages, [id]: { ...now, list: kept(now.list, page.messages), hasMore: page.has_more, loaded: true } } };
  });
}

/** Fetch a channel back to the message that a permalink names. */
async function loadUntil(id: string, ts: string): Promise<void> {
  await refreshMessages(id);
  for (let tries = 0; tries < FARTHEST_BACK; tries += 1) {
    const { list, hasMore } = get().messages[id] ?? empty;
    if (!hasMore || get().channel !== id || Number(list[0]?.ts ?? 0) <= Number(ts)) return;
    await loadOlder(id);
  }
}

export async function loadOlder(id: string): Promise<void> {
  const listing = get().messages[id] ?? empty;
  set((s) => ({ messages: { ...s.messages, [id]: { ...listing, limit: listing.limit + PAGE } } }));
  await refreshMessages(id);
}

export async function openThread(channel: string, ts: string): Promise<void> {
  set({ thread: { channel, ts } });
  writeRoute({ as: get().me, channel, ts: get().highlight, thread: ts }, true); // still open after a reload
  await refreshThread();
}

export function closeThread(): void {
  const { me: as, channel } = get();
  set({ thread: undefined });
  writeRoute({ as, channel }, true);
}

export async function refreshThread(): Promise<void> {
  const { thread } = get();
  if (!thread) return;
  const key = threadKey(thread.channel, thread.ts);
  const page = await answer(`thread ${key}`, (as) => api.messages(as, thread.channel, { thread_ts: thread.ts, limit: 500 }));
  if (!page) return;
  const gone = !page.has_more && !page.messages.some((m) => m.ts === thread.ts);
  if (gone && get().thread === thread) closeThread();
  else set((s) => ({ threads: { ...s.threads, [key]: { list: kept(s.threads[key]?.list ?? [], page.messages), hasMore: page.has_more, limit: 500, loaded: true } } }));
}

export async function markRead(id: string): Promise<void> {
  const newest = get().messages[id]?.list.filter((m) => !m.ephemeral).at(-1)?.ts;
  if (!newest || !get().channels.find((c) => c.id === id)?.unread) return;
  set((s) => ({ channels: s.channels.map((c) => (c.id === id ? { ...c, unread: 0 } : c)) }));
  await api.read(get().me, id, newest);
}

export async function refreshViews(): Promise<void> {
  const found = await answer("views", api.views);
  if (found) set({ views: found.stack });
}

export async function openHome(replace = false): Promise<void> {
  set({ home: true, drawer: false, thread: undefined, highlight: undefined });
  writeRoute({ as: get().me, home: true }, replace);
  await refreshHome();
  await api.openHome(get().me).catch(() => undefined);
}
export async function refreshHome(): Promise<void> {
  const found = await answer("home", api.home);
  if (found) set({ homeView: found.view });
}

export async function refreshLog(): Promise<void> {
  const { entries } = await api.log(get().log.at(-1)?.id ?? 0);
  addLog(entries);
}
export function addLog(entries: LogEntry[]): void {
  if (!entries.length) return;
  set((s) => {
    const seen = new Map(s.log.map((entry) => [entry.id, entry]));
    entries.forEach((entry) => seen.set(entry.id, entry));
    return { log: [...seen.values()].sort((a, b) => a.id - b.id).slice(-500) };
  });
}
export async function refreshFaults(): Promise<void> {
  const found = await answer("faults", api.faults);
  if (found) set({ faults: found.faults });
}

export async function switchMember(id: string): Promise<void> {
  localStorage.setItem("as", id);
  const here = get().channel;
  set({ me: id, channels: [] });
  writeRoute({ as: id, channel: here, home: get().home }, true);
  await enter();
}
