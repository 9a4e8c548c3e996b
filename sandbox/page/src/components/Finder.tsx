import { Command } from "cmdk";
import { Hash, Lock, Plus } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect } from "react";
import { api } from "../api";
import { openChannel, refreshChannels, refreshWorkspace, set, useStore } from "../store";
import type { Channel } from "../types";
import { Avatar } from "./Avatar";
import { openDm } from "./Sidebar";

const close = () => set({ finder: false });

/** Become a member of a channel, then look at it. */
async function joinAndOpen(as: string, channel: Channel): Promise<void> {
  await api.join(as, channel.id, false);
  await Promise.all([refreshChannels(), refreshWorkspace()]);
  await openChannel(channel.id);
}

/** Ctrl+K, or ⌘K: wherever one is. */
function useKey(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "k" || document.querySelector(".modal")) return;
      event.preventDefault();
      set((s) => ({ finder: !s.finder }));
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

/** Every channel and person: jump to one, or join a channel one is not in. */
export function Finder() {
  useKey();
  const open = useStore((s) => s.finder);
  return (
    <Dialog.Root open={open} onOpenChange={(now) => set({ finder: now })}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog finder" aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Channels and people</Dialog.Title>
          <Found />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Found() {
  const { workspace, channels, me } = useStore((s) => s);
  const { users, app, channels: all } = workspace!;
  const go = (work: Promise<unknown>) => { close(); void work.catch(() => undefined); };
  const mine = channels.filter((c) => !c.is_im);
  const others = all.filter((c) => !c.is_private && !c.is_archived && !mine.some((one) => one.id === c.id));
  const people = users.filter((u) => u.id !== me && u.id !== app.bot_user_id && !u.is_bot);
  return (
    <Command label="Channels and people" filter={(_, search, words) => ((words ?? []).join(" ").toLowerCase().includes(search.toLowerCase().replace(/^[#@]/, "")) ? 1 : 0)}>
      <Command.Input className="select-search" placeholder="Find a channel or somebody" autoFocus />
      <Command.List className="select-list">
        <Command.Empty className="select-note">Nothing has that name</Command.Empty>
        <Command.Group heading="Your channels">
          {mine.map((c) => <Room key={c.id} channel={c} choose={() => go(openChannel(c.id))} />)}
        </Command.Group>
        {others.length > 0 && (
          <Command.Group heading="Channels you can join">
            {others.map((c) => <Room key={c.id} channel={c} joins choose={() => go(joinAndOpen(me, c))} />)}
          </Command.Group>
        )}
        <Command.Group heading="People">
          {people.map((user) => (
            <Command.Item key={user.id} value={user.id} keywords={[user.real_name, user.name, user.title ?? ""]} className="menu-item" onSelect={() => go(openDm(me, user.id))}>
              <Avatar id={user.id} size={22} /><span className="ellipsis">{user.real_name || user.name}<small>{user.title}</small></span>
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}

function Room({ channel, joins, choose }: { channel: Channel; joins?: boolean; choose: () => void }) {
  return (
    <Command.Item value={channel.id} keywords={[channel.name, channel.topic ?? ""]} className="menu-item" onSelect={choose}>
      {channel.is_private ? <Lock size={15} aria-label="private" /> : <Hash size={15} aria-hidden />}
      <span className="grow ellipsis">{channel.name}<small>{channel.topic}</small></span>
      {joins && <span className="joins"><Plus size={14} aria-hidden /> Join</span>}
    </Command.Item>
  );
}
