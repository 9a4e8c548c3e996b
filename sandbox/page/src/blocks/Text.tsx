// Text as Slack shows it. The drawing of rich text is slack-blocks-to-jsx's; what it cannot know (names,
// zones, which links are safe) is handed to it as hooks.
import { memo, type ReactNode, useMemo } from "react";
import { type Block as LibBlock, Message as LibMessage } from "slack-blocks-to-jsx";
import { emojiChar, withEmoji } from "../lib/emoji";
import { fullDate, slackDate } from "../lib/dates";
import { richText, safeLink, unescape, withoutImages } from "../lib/mrkdwn";
import { useStore, useTz } from "../store";
import type { Block, Json, TextObject } from "../types";

export function Emoji({ name }: { name: string }) {
  const char = emojiChar(name);
  return char ? <span className="emoji" role="img" aria-label={`${name} emoji`} title={`:${name}:`}>{char}</span> : <>:{name}:</>;
}

export function SafeLink({ href, children, className }: { href: string; children: ReactNode; className?: string }) {
  const url = safeLink(href);
  if (!url) return <span title="This kind of link is not followed">{children}</span>;
  if (isInside(url)) return <a href={url} className={className} onClick={followInside}>{children}</a>;
  return <a href={url} className={className} target="_blank" rel="noopener noreferrer">{children}</a>;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Whether an address is a permalink of this workspace, under whatever name of this machine, or as Slack itself has it. */
function isInside(url: string): boolean {
  const to = URL.parse(url);
  if (!to?.pathname.startsWith("/archives/")) return false;
  if (/(^|\.)slack\.com$/.test(to.hostname)) return true;
  if (to.port !== location.port) return false;
  return to.hostname === location.hostname || (LOOPBACK.includes(to.hostname) && LOOPBACK.includes(location.hostname));
}

function followInside(event: React.MouseEvent<HTMLAnchorElement>): void {
  if (event.metaKey || event.ctrlKey || event.button) return;
  event.preventDefault();
  const url = new URL(event.currentTarget.href);
  const as = new URLSearchParams(location.search).get("as");
  if (as) url.searchParams.set("as", as);
  history.pushState(null, "", url.pathname + url.search);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

export function UserMention({ id }: { id: string }) {
  const user = useStore((s) => s.workspace?.users.find((one) => one.id === id));
  const mine = useStore((s) => s.me === id);
  return <span className={mine ? "mention mention-me" : "mention"} title={user?.title || id}>@{user ? user.real_name || user.name : id}</span>;
}
export function ChannelMention({ id }: { id: string }) {
  const channel = useStore((s) => s.channels.find((one) => one.id === id) ?? s.workspace?.channels.find((one) => one.id === id));
  const open = useStore((s) => s.channels.some((one) => one.id === id));
  if (!open) return <span className="mention">{channel ? `#${channel.name}` : "a channel you cannot see"}</span>;
  return <a href={`/archives/${id}`} className="mention mention-link" onClick={followInside}>#{channel?.name}</a>;
}
function GroupMention({ id }: { id: string }) {
  const group = useStore((s) => s.workspace?.usergroups.find((one) => one.id === id));
  const mine = useStore((s) => group?.users?.includes(s.me));
  return <span className={mine ? "mention mention-me" : "mention"} title={group?.name}>@{group?.handle ?? id}</span>;
}
export function SlackDate({ unix, pattern, link, fallback }: { unix: number; pattern: string; link?: string | null; fallback?: string }) {
  const tz = useTz();
  const now = useStore((s) => s.now);
  if (!Number.isFinite(unix)) return <>{fallback}</>;
  const time = <time dateTime={new Date(unix * 1000).toISOString()} title={fullDate(unix, tz)}>{slackDate(unix, pattern, tz, now)}</time>;
  return link ? <SafeLink href={link}>{time}</SafeLink> : time;
}

const hooks: Json = {
  user: ({ id }: { id: string }) => <UserMention id={id} />,
  channel: ({ id }: { id: string }) => <ChannelMention id={id} />,
  usergroup: ({ id }: { id: string }) => <GroupMention id={id} />,
  atHere: () => <span className="mention mention-me">@here</span>,
  atChannel: () => <span className="mention mention-me">@channel</span>,
  atEveryone: () => <span className="mention mention-me">@everyone</span>,
  emoji: ({ name, skin_tone }: { name: string; skin_tone?: number }) => <Emoji name={skin_tone ? `${name}::skin-tone-${skin_tone}` : name} />,
  date: ({ timestamp, format, link, fallback }: Json) => <SlackDate unix={Number(timestamp)} pattern={format} link={link} fallback={fallback} />,
  link: ({ href, children, className }: Json) => <SafeLink href={href} className={className}>{children}</SafeLink>,
};
const none = { users: [], channels: [], user_groups: [] };

/** Draw one block with slack-blocks-to-jsx. */
export const LibraryBlock = memo(function LibraryBlock({ block }: { block: Block }) {
  const { block_id: _, ...shown } = block;
  const rest = block.type === "markdown" ? { ...shown, text: withoutImages(block.text) } : shown;
  return <LibMessage withoutWrapper theme="light" name="" logo="" blocks={[rest as unknown as LibBlock]} hooks={hooks} data={none} />;
});

export const Mrkdwn = memo(function Mrkdwn({ text }: { text: string }) {
  const block = useMemo<Block>(() => ({ type: "rich_text", elements: richText(text) }), [text]);
  return block.elements.length ? <LibraryBlock block={block} /> : null;
});

export const Plain = ({ text }: { text?: TextObject | string }) => {
  if (!text) return null;
  return <>{withEmoji(typeof text === "string" ? text : text.emoji === false ? text.text : unescape(text.text))}</>;
};

/** A text object of either kind. */
export function Text({ text }: { text?: TextObject }) {
  if (!text) return null;
  return text.type === "mrkdwn" ? <Mrkdwn text={text.text} /> : <span className="plain"><Plain text={text} /></span>;
}
