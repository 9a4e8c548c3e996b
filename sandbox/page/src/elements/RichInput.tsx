import { Bold, Code, Italic, Link2, List, ListOrdered, Quote, Strikethrough } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { withEmoji } from "../lib/emoji";
import { safeLink } from "../lib/mrkdwn";
import { readRich, writeRich } from "../lib/richInput";
import { useChange } from "./Choices";
import { ariaOf, type ControlProps } from "./Control";

type Work = (name: string, value?: string) => void;
const SIMPLE: [string, string, typeof Bold][] = [
  ["bold", "Bold", Bold], ["italic", "Italic", Italic], ["strikeThrough", "Strikethrough", Strikethrough],
];
const LISTS: [string, string, typeof Bold][] = [
  ["insertUnorderedList", "Bulleted list", List], ["insertOrderedList", "Numbered list", ListOrdered],
];

/** A small editor: its content is told to the app as a rich_text block. */
export function RichInput(props: ControlProps) {
  const { el, input } = props;
  const { now, put } = useChange({ ...props, acts: false });
  const box = useRef<HTMLDivElement>(null);
  const [empty, setEmpty] = useState(true);
  const kept = useRef<Range>(undefined);
  useEffect(() => {
    writeRich(box.current!, now?.rich_text_value);
    setEmpty(!now?.rich_text_value);
  }, []);
  const tell = () => {
    const value = readRich(box.current!);
    setEmpty(!value && !box.current!.querySelector("li, blockquote"));
    put({ type: el.type, rich_text_value: value });
  };
  const work: Work = (name, value) => {
    box.current!.focus();
    if (kept.current) { getSelection()?.removeAllRanges(); getSelection()?.addRange(kept.current); kept.current = undefined; }
    document.execCommand("styleWithCSS", false, "false");
    document.execCommand(name, false, value);
    tell();
  };
  const keep = () => { const at = getSelection(); if (at?.rangeCount && box.current!.contains(at.anchorNode)) kept.current = at.getRangeAt(0).cloneRange(); };
  return (
    <div className="field rich-input">
      <Tools work={work} keep={keep} />
      <div ref={box} className="rich-box" contentEditable suppressContentEditableWarning role="textbox" aria-multiline {...ariaOf(input)} aria-labelledby={input?.labelledBy} aria-label={input ? undefined : "Text"}
        data-action-id={el.action_id} onInput={tell} onBlur={tell}
        onPaste={(event) => { event.preventDefault(); document.execCommand("insertText", false, event.clipboardData.getData("text/plain")); }} />
      {empty && el.placeholder && <span className="rich-placeholder" aria-hidden>{withEmoji(el.placeholder.text)}</span>}
    </div>
  );
}

function Tools({ work, keep }: { work: Work; keep: () => void }) {
  const [link, setLink] = useState<string>();
  const add = () => { const url = safeLink(link?.includes("://") ? link : `https://${link}`); setLink(undefined); if (link && url) work("createLink", url); };
  return (
    <div className="rich-tools" role="toolbar" aria-label="Formatting">
      {SIMPLE.map(([name, label, Icon]) => <Tool key={name} label={label} onUse={() => work(name)}><Icon size={15} /></Tool>)}
      <Tool label="Code" onUse={() => code(work)}><Code size={15} /></Tool>
      <Tool label="Link" onUse={() => { keep(); setLink(link === undefined ? "" : undefined); }}><Link2 size={15} /></Tool>
      {LISTS.map(([name, label, Icon]) => <Tool key={name} label={label} onUse={() => work(name)}><Icon size={15} /></Tool>)}
      <Tool label="Quote" onUse={() => work("formatBlock", "blockquote")}><Quote size={15} /></Tool>
      {link !== undefined && (
        <span className="rich-link">
          <input className="field" aria-label="Address of the link" placeholder="https://…" autoFocus value={link} onChange={(event) => setLink(event.target.value)}
            onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); add(); } }} />
          <button type="button" className="button" onClick={add}>Add link</button>
        </span>
      )}
    </div>
  );
}

/** The selected words in a code span; the browser has no command for it. */
function code(work: Work): void {
  const text = getSelection()?.toString();
  if (!text) return;
  const span = document.createElement("code");
  span.textContent = text;
  work("insertHTML", `${span.outerHTML}\u200b`);
}

function Tool({ label, onUse, children }: { label: string; onUse: () => void; children: ReactNode }) {
  return <button type="button" className="icon-button small" aria-label={label} title={label} onMouseDown={(event) => event.preventDefault()} onClick={onUse}>{children}</button>;
}
