import { X } from "lucide-react";
import { useEffect, useMemo } from "react";
import { closeThread, isReply, threadKey, useStore } from "../store";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";

export function ThreadPane() {
  const thread = useStore((s) => s.thread)!;
  const listing = useStore((s) => s.threads[threadKey(thread.channel, thread.ts)]);
  const channel = useStore((s) => s.channels.find((c) => c.id === thread.channel));
  const highlight = useStore((s) => s.highlight);
  const notices = useStore((s) => s.notices);
  useEffect(() => {
    const esc = (event: KeyboardEvent) => { if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("[role=dialog],[role=alertdialog],[role=menu],[role=listbox]")) closeThread(); };
    document.addEventListener("keydown", esc);
    return () => document.removeEventListener("keydown", esc);
  }, []);
  const list = useMemo(() => {
    const own = notices.filter((n) => isReply(n) && n.thread_ts === thread.ts && n.channel === thread.channel);
    return [...(listing?.list ?? []), ...own].sort((a, b) => Number(a.ts) - Number(b.ts));
  }, [listing, notices, thread]);
  return (
    <aside className="thread" aria-label="Thread">
      <header className="pane-head"><h1>Thread</h1><span className="muted ellipsis grow">{channel && !channel.is_im ? `#${channel.name}` : ""}</span>
        <button type="button" className="icon-button" aria-label="Close thread" onClick={closeThread}><X size={18} /></button></header>
      <MessageList key={thread.ts} messages={list} inThread stay={Boolean(highlight && list.some((m) => m.ts === highlight && isReply(m)))} label="Messages in this thread" />
      <Composer key={thread.ts} channel={thread.channel} thread={thread.ts} placeholder="Reply…" focus />
    </aside>
  );
}
