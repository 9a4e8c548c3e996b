import { AtSign, Paperclip, SendHorizontal, SmilePlus, SquareSlash, X } from "lucide-react";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { commandOf, type Suggestion, suggest, tokenAt } from "../lib/compose";
import { emojiChar } from "../lib/emoji";
import { readFiles, sizeText, type Upload } from "../lib/files";
import { send } from "../lib/send";
import { set, threadKey, useStore } from "../store";
import { Avatar } from "./Avatar";
import { EmojiPicker } from "./EmojiPicker";

interface Props { channel: string; thread?: string; placeholder: string; focus?: boolean }
const drafts = new Map<string, string>();

export function Composer({ channel, thread, placeholder, focus }: Props) {
  const workspace = useStore((s) => s.workspace)!;
  const channels = useStore((s) => s.channels);
  const key = `${useStore((s) => s.me)}/${channel}/${thread ?? ""}`;
  const [text, setText] = useState(drafts.get(key) ?? "");
  const [cursor, setCursor] = useState(0);
  const [files, setFiles] = useState<Upload[]>([]);
  const [at, setAt] = useState(0);
  const [hidden, setHidden] = useState(false);
  const [underWay, setUnderWay] = useState(0);
  const box = useRef<HTMLTextAreaElement>(null);
  const here = useRef(key);
  here.current = key;
  const id = useId();
  useEffect(() => { setText(drafts.get(key) ?? ""); setFiles([]); }, [key]);
  useEffect(() => { drafts.set(key, text); grow(box.current); }, [key, text]);
  useEffect(() => { if (focus || matchMedia("(min-width: 700px)").matches) box.current?.focus({ preventScroll: true }); }, [key, focus]);
  const token = tokenAt(text, cursor);
  const list = useMemo(() => (token && !hidden ? suggest(token.sign, token.query, workspace, channels) : []), [token?.sign, token?.query, hidden, workspace, channels]);
  const hint = commandOf(text, workspace.app.commands);
  const change = (value: string, position: number) => { setText(value); setCursor(position); setAt(0); setHidden(false); };
  const insert = (piece: string, start = cursor) => {
    const next = text.slice(0, start) + piece + text.slice(cursor);
    flushSync(() => change(next, start + piece.length));
    box.current?.setSelectionRange(start + piece.length, start + piece.length); // at once: the next letter may be on its way
    requestAnimationFrame(() => box.current?.focus());
  };
  const attach = async (chosen: FileList | null) => {
    const read = await readFiles(chosen);
    setFiles((before) => [...before, ...read]);
  };
  const choose = (one: Suggestion) => insert(one.insert, token!.start);
  const submit = async () => {
    const typed = text.trim();
    if (!typed && !files.length) return;
    change("", 0);
    setFiles([]);
    box.current?.focus();
    setUnderWay((count) => count + 1);
    const sent = await send(channel, typed, files, thread);
    setUnderWay((count) => count - 1);
    if (sent) return;
    if (here.current !== key) drafts.set(key, drafts.get(key) || typed);
    else {
      setText((now) => now || typed);
      setFiles((now) => (now.length ? now : files));
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (list.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : list.length - 1)) % list.length);
    } else if (list.length && (event.key === "Tab" || (event.key === "Enter" && !isWhole(list[at], text)))) {
      event.preventDefault();
      choose(list[at]!);
    } else if (list.length && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setHidden(true);
    } else if (event.key === "ArrowUp" && !text && editLast(channel, thread)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  };
  return (
    <div className="composer" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); void attach(event.dataTransfer.files); }}>
      {list.length > 0 && <Suggestions id={id} list={list} at={at} choose={choose} hover={setAt} />}
      {hint && !list.length && <p className="command-hint"><code>{hint.command}</code> {hint.usage_hint && <span>{hint.usage_hint}</span>} <span className="muted">{hint.description}</span></p>}
      <textarea ref={box} rows={1} value={text} placeholder={placeholder} aria-label={placeholder} role="combobox" aria-expanded={list.length > 0} aria-controls={list.length ? id : undefined} aria-autocomplete="list"
        aria-activedescendant={list.length ? `${id}-${at}` : undefined} onKeyDown={onKeyDown} onChange={(event) => change(event.target.value, event.target.selectionStart)} onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
        onPaste={(event) => { if (event.clipboardData.files.length) { event.preventDefault(); void attach(event.clipboardData.files); } }} />
      {files.length > 0 && <ul className="composer-files">{files.map((file, index) => (
        <li key={index}>{file.name} <small className="muted">{sizeText(file.size)}</small><button type="button" className="icon-button small" aria-label={`Remove ${file.name}`} onClick={() => setFiles(files.filter((f) => f !== file))}><X size={13} /></button></li>
      ))}</ul>}
      <div className="composer-tools">
        <FileButton onFiles={attach} />
        <Tool label="Mention someone" onClick={() => insert("@")}><AtSign size={17} /></Tool>
        <EmojiPicker label="Emoji" onPick={(name) => insert(`${emojiChar(name)} `)}><SmilePlus size={17} /></EmojiPicker>
        {!thread && <Tool label="Slash commands" onClick={() => { change("/", 1); box.current?.focus(); }}><SquareSlash size={17} /></Tool>}
        <span className="grow" />
        {underWay > 0 && <span className="spinner" role="status" aria-label="Sending" />}
        <button type="button" className="send" aria-label="Send" disabled={!text.trim() && !files.length} onClick={() => void submit()}><SendHorizontal size={17} /></button>
      </div>
    </div>
  );
}

/** Open the newest message of one's own for editing, as the arrow does in an empty composer; false when there is none. */
function editLast(channel: string, thread?: string): boolean {
  const { messages, threads, me } = useStore.getState();
  const said = (thread ? threads[threadKey(channel, thread)] : messages[channel])?.list ?? [];
  const last = [...said].reverse().find((message) => message.user === me && !message.ephemeral && !message.subtype);
  if (last) set({ editing: last.ts });
  return Boolean(last);
}

/** Enter sends when the word is already complete: "/digest" needs no completion. */
const isWhole = (one: Suggestion | undefined, text: string) => one?.kind === "command" && one.insert.trim() === text.trim();

function grow(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}

function Tool({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>{children}</button>;
}

function FileButton({ onFiles }: { onFiles: (files: FileList | null) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  // Emptied once read: a file that was taken away again can be chosen again.
  const chosen = ({ target }: React.ChangeEvent<HTMLInputElement>) => void onFiles(target.files).then(() => { target.value = ""; });
  return (
    <>
      <input ref={input} type="file" multiple hidden onChange={chosen} />
      <Tool label="Attach files" onClick={() => input.current?.click()}><Paperclip size={17} /></Tool>
    </>
  );
}

function Suggestions({ id, list, at, choose, hover }: { id: string; list: Suggestion[]; at: number; choose: (one: Suggestion) => void; hover: (index: number) => void }) {
  return (
    <ul className="suggestions" role="listbox" id={id} aria-label="Suggestions">
      {list.map((one, index) => (
        <li key={one.insert + index} id={`${id}-${index}`} role="option" aria-selected={index === at} className={index === at ? "active" : ""}
          onMouseDown={(event) => { event.preventDefault(); choose(one); }} onMouseMove={() => hover(index)}>
          {one.id && <Avatar id={one.id} size={22} />}<strong>{one.label}</strong>{one.note && <span className="muted ellipsis">{one.note}</span>}
        </li>
      ))}
    </ul>
  );
}
