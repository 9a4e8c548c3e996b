import { Fragment, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ArrowDown } from "lucide-react";
import { dayDivider, sameDay } from "../lib/dates";
import { useStore, useTz } from "../store";
import { useAim } from "../lib/aim";
import type { Message } from "../types";
import { MessageItem } from "./MessageItem";

const together = (a: Message | undefined, b: Message) =>
  a && !a.notice && !b.notice && a.user === b.user && a.username === b.username && !a.ephemeral && !b.ephemeral && !b.blocks?.length && !b.pinned && !a.subtype && Number(b.ts) - Number(a.ts) < 300;

interface Props { messages: Message[]; unreadFrom?: string; inThread?: boolean; before?: ReactNode; stay?: boolean; label: string }

export function MessageList({ messages, unreadFrom, inThread, before, stay, label }: Props) {
  const tz = useTz();
  const now = useStore((s) => s.now);
  const [box, away, down] = useStickToEnd(messages, stay);
  const replies = messages.slice(1).filter((message) => !message.ephemeral).length; // as the channel counts them
  return (
    <div className="list-wrap">
      <div className="message-list" ref={box} role="log" aria-label={label} tabIndex={0} onKeyDown={moveFocus}>
        {before}
        {messages.map((message, index) => {
          const last = messages[index - 1];
          const day = !last || !sameDay(last.ts, message.ts, tz);
          const fresh = unreadFrom === message.ts;
          return (
            <Fragment key={message.ts}>
              {day && !inThread && <div className="day" role="separator"><span>{dayDivider(Number(message.ts), tz, now)}</span></div>}
              {inThread && index === 1 && <div className="replies-mark" role="separator">{replies > 0 && <span>{replies} {replies === 1 ? "reply" : "replies"}</span>}</div>}
              {fresh && <div className="new-mark" role="separator"><span>New</span></div>}
              <MessageItem message={message} compact={!day && !fresh && !(inThread && index === 1) && Boolean(together(last, message))} inThread={inThread} />
            </Fragment>
          );
        })}
      </div>
      {away && <button type="button" className="to-end" onClick={down}><ArrowDown size={15} aria-hidden /> Latest messages</button>}
    </div>
  );
}

/** Arrow keys walk through the messages once one has the focus. */
function moveFocus(event: React.KeyboardEvent<HTMLDivElement>): void {
  if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const target = event.target as HTMLElement;
  if (target !== event.currentTarget && !target.classList.contains("message")) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".message")];
  const at = all.indexOf(target);
  const next = at < 0 ? all.at(-1) : all[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (next) { event.preventDefault(); next.focus(); }
}

/** A pinned post that is the last of its channel and too long for the window is read from its beginning. */
function fromItsTop(box: HTMLDivElement): void {
  const post = box.querySelector<HTMLElement>(".message:last-of-type");
  if (post && post.offsetHeight > box.clientHeight) box.scrollTop = post.offsetTop;
}

const isAtEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < 60;

function useStickToEnd(messages: Message[], stay?: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const newest = useRef<string>(undefined);
  const me = useStore((s) => s.me);
  const aim = useAim(box, () => { if (atEnd.current && !stay) down(); });
  const down = () => { if (box.current) box.current.scrollTop = box.current.scrollHeight; };
  useEffect(() => {
    const element = box.current!;
    const measured = () => `${element.clientWidth} ${element.clientHeight}`;
    let size = measured();
    const seen = () => {
      if (measured() !== size) return; // not scrolled by somebody: laid out anew, of which the observer hears next
      atEnd.current = isAtEnd(element);
      setAway(!atEnd.current);
    };
    const grown = new ResizeObserver(() => {
      size = measured();
      if (atEnd.current && !stay && !aim.keep()) down();
    });
    element.addEventListener("scroll", seen, { passive: true });
    grown.observe(element);
    return () => { element.removeEventListener("scroll", seen); grown.disconnect(); };
  }, [stay]);
  useLayoutEffect(() => {
    const last = messages.at(-1);
    const before = newest.current;
    newest.current = last?.ts;
    if (before && last && last.ts > before && (last.ephemeral || last.user === me)) down(); // what one asked for or said oneself
    else if (aim.keep()) setAway(!isAtEnd(box.current!));
    else if (stay) return;
    else if (atEnd.current) down();
    if (!before && last?.pinned) fromItsTop(box.current!);
  }, [messages, stay]);
  return [box, away, down] as const;
}
