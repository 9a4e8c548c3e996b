import { AlertTriangle, CheckCircle2, ChevronDown, Info, XCircle } from "lucide-react";
import { useState } from "react";
import { safeLink } from "../lib/mrkdwn";
import type { Block, Json } from "../types";
import { LibraryBlock, Mrkdwn, Plain, SafeLink, Text } from "./Text";

export const Header = ({ block }: { block: Block }) => <h3 className="header-block"><Plain text={block.text} /></h3>;

const imageSource = (one: Json): string => one?.image_url ?? one?.slack_file?.url ?? "";

/** Pictures come from the workspace itself or as data; one on another host is named, not fetched. */
export function Picture({ image, className }: { image: Json; className?: string }) {
  const [broken, setBroken] = useState(false);
  const source = imageSource(image);
  const local = source.startsWith("data:image/") || onThisMachine(source);
  const away = !local || broken;
  if (away) return <span className={`picture-away ${className ?? ""}`} role="img" aria-label={image.alt_text} title={source}>{(image.alt_text || "image").slice(0, 40)}</span>;
  return <img src={source} alt={image.alt_text ?? ""} className={className} onError={() => setBroken(true)} loading="lazy" />;
}
const onThisMachine = (source: string): boolean =>
  Boolean(source) && ["localhost", "127.0.0.1", location.hostname].includes(URL.parse(source, location.href)?.hostname ?? "");

export function ContextRow({ block }: { block: Block }) {
  return (
    <div className="context-row">
      {block.elements.map((one: Json, index: number) =>
        one.type === "image" ? <Picture key={index} image={one} className="context-image" /> : <Text key={index} text={one} />)}
    </div>
  );
}

export function ImageBlock({ block }: { block: Block }) {
  const [open, setOpen] = useState(true);
  return (
    <figure className="image-block">
      <figcaption>
        <span>{block.title ? <Plain text={block.title} /> : block.alt_text}</span>
        <button type="button" className="icon-button small" aria-expanded={open} aria-label={open ? "Hide image" : "Show image"} onClick={() => setOpen(!open)}>
          <ChevronDown size={14} style={{ transform: open ? "none" : "rotate(-90deg)" }} />
        </button>
      </figcaption>
      {open && <Picture image={block} />}
    </figure>
  );
}

const LEVELS: Record<string, typeof Info> = { info: Info, warning: AlertTriangle, error: XCircle, success: CheckCircle2, default: Info };
export function Alert({ block }: { block: Block }) {
  const level = LEVELS[block.level] ? block.level : "default";
  const Icon = LEVELS[level]!;
  return <div className={`alert alert-${level}`} role={level === "error" ? "alert" : "status"}><Icon size={18} aria-hidden /><Text text={block.text} /></div>;
}

/** Plans and task cards as the library draws them, with addresses that may not be followed taken out. */
export function Tasks({ block }: { block: Block }) {
  const clean = (task: Json) => ({ ...task, sources: (task.sources ?? []).filter((source: Json) => safeLink(source.url)) });
  const safe = block.type === "plan" ? { ...block, tasks: (block.tasks ?? []).map(clean) } : clean(block);
  return <LibraryBlock block={safe} />;
}

export function Video({ block }: { block: Block }) {
  return (
    <div className="video-block">
      <SafeLink href={block.title_url ?? block.video_url}><Plain text={block.title} /></SafeLink>
      {block.description && <p><Plain text={block.description} /></p>}
      <p className="muted">Video: {block.alt_text}. The local workspace plays nothing from outside.</p>
    </div>
  );
}

export const FileBlock = ({ block }: { block: Block }) => <Mrkdwn text={`:page_facing_up: ${block.external_id ?? "file"}`} />;
