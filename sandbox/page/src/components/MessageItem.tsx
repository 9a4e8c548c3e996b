import { Braces, EyeOff, Link2, MessageSquareText, Pencil, Pin, SmilePlus, Trash2 } from "lucide-react";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../api";
import { Blocks } from "../blocks/Blocks";
import { Mrkdwn, Plain } from "../blocks/Text";
import { clock, fullDate, saidAt } from "../lib/dates";
import { toTyped } from "../lib/compose";
import { emojiChar } from "../lib/emoji";
import { get, isDeleted, isReply, openThread, set, useStore, useTz } from "../store";
import type { Message } from "../types";
import { Attachments } from "./Attachments";
import { Avatar } from "./Avatar";
import { EmojiPicker } from "./EmojiPicker";
import { Files } from "./Files";

const isApp = (m: Message) => Boolean(m.bot_id) || m.user === get().workspace?.app.bot_user_id;
export const authorName = (m: Message): string => {
  const { workspace } = get();
  if (m.notice) return "Local workspace";
  if (isDeleted(m)) return "A deleted message";
  if (m.username) return m.username;
  if (isApp(m)) return workspace?.app.name ?? "App";
  const user = workspace?.users.find((one) => one.id === m.user);
  return user?.real_name || user?.name || m.user || "Someone";
};

const react = (m: Message, name: string) => {
  const mine = m.reactions?.find((one) => one.name === name)?.users.includes(get().me);
  void api.react(get().me, m.channel, m.ts, name, Boolean(mine)).catch(() => undefined);
};

const dismiss = (m: Message) => (m.notice ? set((s) => ({ notices: s.notices.filter((n) => n !== m) })) : remove(m));
const remove = (m: Message) => void api.remove(get().me, m.channel, m.ts).catch(() => undefined);

function Editor({ message, done }: { message: Message; done: () => void }) {
  const [text, setText] = useState(() => toTyped(message.text, get().workspace!));
  const save = async () => {
    if (text.trim()) await api.edit(get().me, message.channel, message.ts, text.trim()).catch(() => undefined);
    done();
  };
  return (
    <div className="editor">
      <textarea className="field" rows={2} autoFocus aria-label="Edit message" value={text} onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); event.nativeEvent.stopImmediatePropagation(); done(); } else if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); void save(); } }} />
      <div className="actions-row"><button type="button" className="button" onClick={done}>Cancel</button><button type="button" className="button button-primary" onClick={() => void save()}>Save</button></div>
    </div>
  );
}

function Toolbar({ message, inThread, onJson, onEdit }: { message: Message; inThread: boolean; onJson: () => void; onEdit: () => void }) {
  const mine = useStore((s) => s.me === message.user) && !message.ephemeral;
  const stays = !message.ephemeral && !isDeleted(message);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const taken = await navigator.clipboard?.writeText(message.permalink ?? "").then(() => true, () => false);
    setCopied(Boolean(taken));
    setTimeout(() => setCopied(false), 1500);
  };
  const root = isReply(message) ? message.thread_ts! : message.ts;
  return (
    <div className="toolbar" role="toolbar" aria-label="Message actions">
      {stays && ["white_check_mark", "eyes"].map((name) => (
        <button key={name} type="button" className="icon-button quick" aria-label={`React with ${name}`} title={`:${name}:`} onClick={() => react(message, name)}>{emojiChar(name)}</button>
      ))}
      {stays && <EmojiPicker label="Add reaction" onPick={(name) => react(message, name)}><SmilePlus size={16} /></EmojiPicker>}
      {!message.ephemeral && !inThread && <button type="button" className="icon-button" aria-label="Reply in thread" title="Reply in thread" onClick={() => void openThread(message.channel, root)}><MessageSquareText size={16} /></button>}
      {stays && <button type="button" className="icon-button" aria-label="Copy link" title={copied ? "Copied" : "Copy link"} onClick={() => void copy()}><Link2 size={16} />{copied && <span className="visually-hidden" role="status">Copied</span>}</button>}
      {mine && <button type="button" className="icon-button" aria-label="Edit message" title="Edit message" onClick={onEdit}><Pencil size={15} /></button>}
      {mine && <button type="button" className="icon-button" aria-label="Delete message" title="Delete message" onClick={() => remove(message)}><Trash2 size={15} /></button>}
      <button type="button" className="icon-button" aria-label="Show as JSON" title="Show as JSON" onClick={onJson}><Braces size={16} /></button>
    </div>
  );
}

function Reactions({ message }: { message: Message }) {
  const users = useStore((s) => s.workspace?.users);
  const me = useStore((s) => s.me);
  if (!message.reactions?.length) return null;
  return (
    <div className="reactions">
      {message.reactions.map(({ name, count, users: who }) => {
        const names = who.map((id) => users?.find((u) => u.id === id)?.real_name ?? id).join(", ");
        return (
          <button key={name} type="button" className="reaction" aria-pressed={who.includes(me)} title={`${names} reacted with :${name}:`} aria-label={`${name}, ${count}`} onClick={() => react(message, name)}>
            <span aria-hidden>{emojiChar(name) ?? `:${name}:`}</span> {count}
          </button>
        );
      })}
      <EmojiPicker label="Add reaction" className="reaction" onPick={(name) => react(message, name)}><SmilePlus size={14} /></EmojiPicker>
    </div>
  );
}

function ThreadSummary({ message }: { message: Message }) {
  const tz = useTz();
  const now = useStore((s) => s.now);
  if (!message.reply_count) return null;
  return (
    <button type="button" className="thread-summary" onClick={() => void openThread(message.channel, message.ts)}>
      {(message.reply_users ?? []).slice(0, 4).map((id) => <Avatar key={id} id={id} size={20} />)}
      <strong>{message.reply_count} {message.reply_count === 1 ? "reply" : "replies"}</strong>
      {message.latest_reply && <span className="muted">{saidAt(Number(message.latest_reply), tz, now, "Last reply ")}</span>}
    </button>
  );
}

function Body({ message }: { message: Message }) {
  const where = useMemo(() => ({ kind: "message" as const, channel: message.channel, ts: message.ts }), [message.channel, message.ts]);
  const hasBlocks = Boolean(message.blocks?.length);
  return (
    <div className="message-body">
      {hasBlocks ? <Blocks blocks={message.blocks!} where={where} /> : message.text && <Mrkdwn text={message.text} />}
      {message.edited && <span className="edited" title="This message was edited">(edited)</span>}
      {message.attachments && <Attachments list={message.attachments} where={where} />}
      {message.files && <Files list={message.files} />}
    </div>
  );
}

interface Props { message: Message; compact?: boolean; inThread?: boolean }
export const MessageItem = memo(function MessageItem({ message, compact = false, inThread = false }: Props) {
  const tz = useTz();
  const [json, setJson] = useState(false);
  const editing = useStore((s) => s.editing === message.ts);
  const setEditing = (on: boolean) => set({ editing: on ? message.ts : undefined });
  const edited = () => {
    setEditing(false);
    box.current?.closest(".main, .thread")?.querySelector<HTMLElement>("textarea[role=combobox]")?.focus();
  };
  const box = useRef<HTMLDivElement>(null);
  const lit = useStore((s) => s.highlight === message.ts);
  useEffect(() => {
    if (lit) box.current?.scrollIntoView({ block: "center" });
  }, [lit]);
  const kind = [compact && "compact", message.ephemeral && "ephemeral", message.pinned && "pinned", lit && "highlight", isDeleted(message) && "deleted", message.notice && `notice-${message.notice}`].filter(Boolean).join(" ");
  return (
    <div ref={box} className={`message ${kind}`} data-ts={message.ts} role="article" aria-label={`${authorName(message)}, ${clock(Number(message.ts), tz)}`} tabIndex={-1}>
      {message.pinned && <p className="mark"><Pin size={13} aria-hidden /> Pinned</p>}
      {message.ephemeral && <p className="mark"><EyeOff size={13} aria-hidden /> Only visible to you</p>}
      {!inThread && isReply(message) && !message.ephemeral && <p className="mark">replied to a thread <button type="button" className="text-button" onClick={() => void openThread(message.channel, message.thread_ts!)}>Open thread</button></p>}
      <div className="message-main">
        <div className="gutter">{compact ? <time className="gutter-time">{clock(Number(message.ts), tz).replace(/ [AP]M/, "")}</time> : isDeleted(message) ? <span className="avatar deleted" aria-hidden><Trash2 size={17} /></span> : <Avatar id={message.user} app={isApp(message) || Boolean(message.notice)} />}</div>
        <div className="content">
          {!compact && <MessageHead message={message} dated={inThread} />}
          {editing ? <Editor message={message} done={edited} /> : <Body message={message} />}
          <Reactions message={message} />
          {!inThread && <ThreadSummary message={message} />}
          {message.ephemeral && <button type="button" className="text-button" onClick={() => dismiss(message)}>Dismiss message</button>}
          {json && <pre className="json">{JSON.stringify(message, null, 2)}</pre>}
        </div>
      </div>
      {!message.notice && <Toolbar message={message} inThread={inThread} onJson={() => setJson(!json)} onEdit={() => setEditing(true)} />}
    </div>
  );
});

/** Who said it, and when: with the date where no line between the days tells it. */
function MessageHead({ message, dated }: { message: Message; dated: boolean }) {
  const tz = useTz();
  const now = useStore((s) => s.now);
  const said = Number(message.ts);
  const title = useStore((s) => s.workspace?.users.find((u) => u.id === message.user)?.title);
  return (
    <div className="message-head">
      {!isDeleted(message) && <strong title={title}><Plain text={authorName(message)} /></strong>}
      {(isApp(message) || message.notice) && <span className="app-tag">{message.notice ? "PAGE" : "APP"}</span>}
      <time className="muted" title={fullDate(said, tz)}>{dated ? saidAt(said, tz, now) : clock(said, tz)}</time>
    </div>
  );
}
