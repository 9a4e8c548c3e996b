// The live feed: each happening refreshes just what it touches. After a lost connection all is fetched anew.
import { now } from "./lib/time";
import { addLog, boot, get, isDeleted, isReply, keepTime, markRead, refreshChannels, refreshFaults, refreshHome, refreshMessages, refreshThread, refreshViews, refreshWorkspace, resync, set } from "./store";
import type { Json } from "./types";

const pending = new Map<string, number>();
function soon(key: string, work: () => Promise<unknown>, delay = 25): void {
  if (pending.has(key)) return;
  pending.set(key, window.setTimeout(() => {
    pending.delete(key);
    work().catch(() => undefined);
  }, delay));
}

function messageEvent(event: Json): void {
  const channel: string = event.channel ?? event.message?.channel;
  const { thread, messages, channel: here, home } = get();
  const open = here === channel && !home;
  if (messages[channel] || open) {
    soon(`m:${channel}`, async () => {
      await refreshMessages(channel);
      if (get().channel === channel && !get().home && document.visibilityState === "visible") await markRead(channel);
    });
  }
  if (thread?.channel === channel) soon("thread", refreshThread);
  const counts = ["message", "message_deleted"].includes(event.type) || (event.message && isDeleted(event.message));
  if (counts && !(event.message && isReply(event.message) && open)) soon("channels", async () => {
    await refreshChannels();
    if (get().channel && !get().home && document.visibilityState === "visible") await markRead(get().channel!);
  }, 60);
}

function handle(event: Json): void {
  if (/^(message|ephemeral)/.test(event.type)) messageEvent(event);
  else if (event.type === "views") soon("views", refreshViews, 0);
  else if (event.type === "clock") keepTime(event.now);
  else if (event.type === "home") soon("home", refreshHome, 0);
  else if (event.type === "channels") soon("channels", async () => { await Promise.all([refreshChannels(), refreshWorkspace()]); });
  else if (event.type === "log") addLog([event.entry]);
  else if (event.type === "faults") soon("faults", refreshFaults);
  else if (event.type === "reset") {
    set({ log: [] });
    soon("reset", boot, 50);
  }
}

/** Listen for one member until the returned function is called; reconnects by itself. */
export function listen(as: string): () => void {
  let socket: WebSocket | undefined;
  let tries = 0;
  let over = false;
  let timer = 0;
  const minutes = window.setInterval(() => set({ now: now() }), 60_000);
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/sandbox/live?as=${encodeURIComponent(as)}`);
    socket.onopen = () => {
      const again = tries > 0;
      tries = 0;
      set({ connection: "open" });
      if (again) resync().catch(boot);
    };
    socket.onmessage = (message) => handle(JSON.parse(message.data));
    socket.onclose = () => {
      if (over) return;
      tries += 1;
      set({ connection: "lost" });
      timer = window.setTimeout(connect, Math.min(5000, 300 * 2 ** Math.min(tries, 5)));
    };
  };
  connect();
  return () => {
    over = true;
    window.clearTimeout(timer);
    window.clearInterval(minutes);
    socket?.close();
  };
}
