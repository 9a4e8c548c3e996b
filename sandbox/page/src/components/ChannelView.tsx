import { Hash, Lock } from "lucide-react";
import { useMemo } from "react";
import { isReply, loadOlder, useStore } from "../store";
import type { Channel } from "../types";
import { AppTabs } from "./AppHome";
import { Avatar } from "./Avatar";
import { Composer } from "./Composer";
import { Members } from "./Members";
import { MessageList } from "./MessageList";

function useTitle(channel: Channel | undefined): string {
  const users = useStore((s) => s.workspace?.users);
  if (!channel) return "";
  return channel.is_im ? users?.find((u) => u.id === channel.user)?.real_name || channel.name || "Direct message" : channel.name;
}

function Head({ channel, title }: { channel: Channel; title: string }) {
  const bot = useStore((s) => s.workspace?.app.bot_user_id);
  const app = channel.is_im && channel.user === bot;
  return (
    <header className="pane-head">
      <h1>{channel.is_im ? <Avatar id={channel.user} size={24} /> : channel.is_private ? <Lock size={17} aria-label="private" /> : <Hash size={17} aria-hidden />}<span className="ellipsis">{title}</span></h1>
      {app ? <AppTabs tab="messages" /> : <p className="topic ellipsis" title={channel.topic}>{channel.topic}</p>}
      {!channel.is_im && <Members channel={channel} />}
    </header>
  );
}

export function ChannelView() {
  const channel = useStore((s) => s.channels.find((c) => c.id === s.channel));
  const listing = useStore((s) => (s.channel ? s.messages[s.channel] : undefined));
  const { notices, unreadFrom, highlight, me } = useStore((s) => s);
  const title = useTitle(channel);
  const shown = useMemo(() => {
    const said = (listing?.list ?? []).filter((m) => !isReply(m) || !m.ephemeral);
    const own = notices.filter((n) => n.channel === channel?.id && !isReply(n));
    return [...said, ...own].sort((a, b) => Number(a.ts) - Number(b.ts));
  }, [listing, notices, channel?.id]);
  if (!channel) return <main className="main empty"><p>No channel to show. Choose one in the sidebar.</p></main>;
  const name = channel.is_im ? title : `#${channel.name}`;
  return (
    <main className="main" aria-label={name}>
      <Head channel={channel} title={title} />
      <MessageList key={`${me}/${channel.id}`} messages={shown} unreadFrom={unreadFrom} stay={Boolean(highlight)} label={`Messages in ${name}`}
        before={listing?.loaded && <Start channel={channel} name={name} more={listing.hasMore} none={!shown.length} />} />
      {channel.is_archived ? <p className="archived">This channel is archived.</p> : <Composer channel={channel.id} placeholder={`Message ${name}`} />}
    </main>
  );
}

function Start({ channel, name, more, none }: { channel: Channel; name: string; more: boolean; none: boolean }) {
  if (more) return <button type="button" className="text-button older" onClick={() => void loadOlder(channel.id)}>Show older messages</button>;
  return (
    <div className="start">
      <h2>{channel.is_im ? name : `This is the start of ${name}`}</h2>
      <p className="muted">{none ? <>Nothing has been said here yet. Write a message, or type <kbd>/</kbd> to see what the bot can do.</> : channel.topic}</p>
    </div>
  );
}
