import { Blocks } from "../blocks/Blocks";
import type { Where } from "../blocks/surface";
import { Mrkdwn, SafeLink } from "../blocks/Text";
import type { Json } from "../types";

const NAMED: Record<string, string> = { good: "var(--ok-bar)", warning: "var(--near-bar)", danger: "var(--red-fill)" };
const colorOf = (color?: string) => NAMED[color ?? ""] ?? (/^#?[0-9a-f]{6}$/i.test(color ?? "") ? `#${color!.replace("#", "")}` : "var(--line-2)");

function One({ item, where }: { item: Json; where: Where }) {
  return (
    <div className="attachment" style={{ borderColor: colorOf(item.color) }}>
      {item.pretext && <Mrkdwn text={item.pretext} />}
      {item.author_name && <p className="muted small-text">{item.author_name}</p>}
      {item.title && <p><strong>{item.title_link ? <SafeLink href={item.title_link}>{item.title}</SafeLink> : item.title}</strong></p>}
      {item.blocks ? <Blocks blocks={item.blocks} where={where} /> : (item.text || (!item.title && item.fallback)) && <Mrkdwn text={item.text || item.fallback} />}
      {item.fields && <div className="fields">{item.fields.map((field: Json, i: number) => <div key={i}><strong>{field.title}</strong><Mrkdwn text={String(field.value ?? "")} /></div>)}</div>}
      {item.footer && <p className="muted small-text">{item.footer}</p>}
    </div>
  );
}

export const Attachments = ({ list, where }: { list: Json[]; where: Where }) => <>{list.map((item, index) => <One key={index} item={item} where={where} />)}</>;
