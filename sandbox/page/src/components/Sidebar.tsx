import { Hash, Home, Lock, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { api } from "../api";
import { openChannel, openHome, refreshChannels, set, useStore } from "../store";
import type { Channel, User } from "../types";
import { Avatar } from "./Avatar";

function Row({ active, unread, muted, onClick, children }: { active: boolean; unread?: number; muted?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <li>
      <button type="button" className={`side-row ${active ? "active" : ""} ${unread ? "unread" : ""} ${muted ? "muted-row" : ""}`} aria-current={active ? "page" : undefined} onClick={onClick}>
        {children}
        {unread ? <span className="badge" aria-label={`${unread} unread`}>{unread > 99 ? "99+" : unread}</span> : null}
      </button>
    </li>
  );
}

function ChannelRow({ channel }: { channel: Channel }) {
  const active = useStore((s) => !s.home && s.channel === channel.id);
  return (
    <Row active={active} unread={channel.unread} muted={channel.is_archived} onClick={() => void openChannel(channel.id)}>
      {channel.is_private ? <Lock size={15} aria-label="private" /> : <Hash size={15} aria-hidden />}
      <span className="grow ellipsis">{channel.name}</span>
    </Row>
  );
}

export async function openDm(as: string, other: string) {
  const { channel } = await api.openDm(as, other);
  await refreshChannels();
  await openChannel(typeof channel === "string" ? channel : channel.id);
}

function PersonRow({ user }: { user: User }) {
  const me = useStore((s) => s.me);
  const im = useStore((s) => s.channels.find((c) => c.is_im && c.user === user.id));
  const active = useStore((s) => Boolean(im) && !s.home && s.channel === im?.id);
  return (
    <Row active={active} unread={im?.unread} onClick={() => void (im ? openChannel(im.id) : openDm(me, user.id))}>
      <Avatar id={user.id} size={20} /><span className="grow ellipsis">{user.real_name || user.name}</span>
    </Row>
  );
}

export function Sidebar() {
  const workspace = useStore((s) => s.workspace)!;
  const { channels, me, drawer } = useStore((s) => s);
  const rooms = channels.filter((c) => !c.is_im).sort((a, b) => Number(a.is_archived ?? 0) - Number(b.is_archived ?? 0));
  const bot = workspace.app.bot_user_id;
  const people = workspace.users.filter((u) => u.id !== me && u.id !== bot && !u.is_bot);
  return (
    <>
      {drawer && <button type="button" className="scrim" aria-label="Close the sidebar" onClick={() => set({ drawer: false })} />}
      <nav className={`sidebar ${drawer ? "open" : ""}`} aria-label="Channels and people">
        <div className="side-head"><strong>{workspace.team.name}</strong><span>Local workspace</span></div>
        <div className="side-scroll">
          <h2>Channels</h2>
          <ul>
            {rooms.map((channel) => <ChannelRow key={channel.id} channel={channel} />)}
            <Row active={false} onClick={() => set({ drawer: false, finder: true })}><Plus size={15} aria-hidden /><span className="grow">Browse channels</span></Row>
          </ul>
          <h2>Direct messages</h2>
          <ul>{people.map((user) => <PersonRow key={user.id} user={user} />)}</ul>
          <h2>Apps</h2>
          <ul><AppRow bot={bot} name={workspace.app.name} /></ul>
        </div>
      </nav>
    </>
  );
}

function AppRow({ bot, name }: { bot: string; name: string }) {
  const im = useStore((s) => s.channels.find((c) => c.is_im && c.user === bot));
  const active = useStore((s) => s.home || Boolean(im && s.channel === im.id));
  return (
    <Row active={active} unread={im?.unread} onClick={() => void (im?.unread ? openChannel(im.id) : openHome())}>
      <Avatar id={bot} size={20} app /><span className="grow ellipsis">{name}</span><Home size={14} aria-hidden />
    </Row>
  );
}

export const openAppMessages = async () => {
  const { channels, workspace, me } = useStore.getState();
  const bot = workspace!.app.bot_user_id;
  const im = channels.find((c) => c.is_im && c.user === bot);
  await (im ? openChannel(im.id) : openDm(me, bot));
};
