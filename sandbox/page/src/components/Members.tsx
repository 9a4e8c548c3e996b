import { LogOut, Users } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { api } from "../api";
import { followRoute, refreshChannels, refreshWorkspace, useStore } from "../store";
import type { Channel } from "../types";
import { Avatar } from "./Avatar";

/** Take oneself out of a channel, and look at another. */
async function leave(as: string, channel: string): Promise<void> {
  await api.join(as, channel, true);
  await Promise.all([refreshChannels(), refreshWorkspace()]);
  await followRoute();
}

/** How many are in a channel; pressed, who, and the way out. */
export function Members({ channel }: { channel: Channel }) {
  const { workspace, me } = useStore((s) => s);
  const [open, setOpen] = useState(false);
  const ids = channel.members ?? workspace?.channels.find((c) => c.id === channel.id)?.members ?? [];
  const users = ids.map((id) => workspace?.users.find((user) => user.id === id)).filter((user) => user !== undefined);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="members" aria-label={`${ids.length} ${ids.length === 1 ? "member" : "members"}`}><Users size={15} aria-hidden /> {ids.length}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" align="end" sideOffset={4} collisionPadding={8} aria-label={`Members of #${channel.name}`}>
          <ul className="select-list member-list">
            {users.map((user) => (
              <li key={user.id} className="menu-item"><Avatar id={user.id} size={24} /><span>{user.real_name || user.name}<small>{user.title || (user.is_bot ? "App" : "")}</small></span></li>
            ))}
          </ul>
          <button type="button" className="menu-item leave" onClick={() => { setOpen(false); void leave(me, channel.id); }}><LogOut size={15} aria-hidden /> Leave the channel</button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
