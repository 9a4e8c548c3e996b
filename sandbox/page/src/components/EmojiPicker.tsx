import { Popover } from "radix-ui";
import { type ReactNode, useState } from "react";
import { emojiChar, findEmoji } from "../lib/emoji";

export function EmojiPicker({ label, children, onPick, className }: { label: string; children: ReactNode; onPick: (name: string) => void; className?: string }) {
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const found = findEmoji(query);
  const pick = (name: string) => { onPick(name); setOpen(false); setQuery(""); };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={className ?? "icon-button"} aria-label={label} title={label}>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover emoji-picker" sideOffset={6} collisionPadding={8}>
          <input className="select-search" placeholder="Search emoji" aria-label="Search emoji" autoFocus value={query} onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => { if (event.key === "Enter" && found[0]) pick(found[0]); }} />
          <div className="emoji-grid">
            {found.map((name) => <button key={name} type="button" title={`:${name}:`} aria-label={name} onClick={() => pick(name)}>{emojiChar(name)}</button>)}
            {!found.length && <p className="select-note">No emoji of that name</p>}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
