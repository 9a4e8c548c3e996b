import { ChevronDown, ChevronLeft, ChevronRight } from "lucide-react";
import { useId, useRef, useState } from "react";
import type { Block, Element } from "../types";
import { Control } from "../elements/Control";
import { BlockItem } from "./Blocks";
import { Picture } from "./Simple";
import { useSurface } from "./surface";
import { LibraryBlock, Plain, Text } from "./Text";

export function Card({ block }: { block: Block }) {
  return (
    <article className="card">
      {block.hero_image && <Picture image={block.hero_image} className="card-hero" />}
      <div className="card-body">
        <div className="card-head">
          {block.icon && <Picture image={block.icon} className="card-icon" />}
          <div>
            {block.title && <div className="card-title"><Text text={block.title} /></div>}
            {block.subtitle && <div className="muted"><Text text={block.subtitle} /></div>}
          </div>
        </div>
        {block.body && <Text text={block.body} />}
        {block.subtext && <div className="muted small-text"><Text text={block.subtext} /></div>}
        {block.actions?.length > 0 && (
          <div className="actions-row">{block.actions.map((el: Element, i: number) => <Control key={i} el={el} blockId={block.block_id ?? ""} acts />)}</div>
        )}
      </div>
    </article>
  );
}

export function Carousel({ block }: { block: Block }) {
  const track = useRef<HTMLDivElement>(null);
  const move = (by: number) => track.current?.scrollBy({ left: by * 260, behavior: "smooth" });
  return (
    <div className="carousel" role="group" aria-label={`${block.elements.length} cards`}>
      <button type="button" className="icon-button carousel-move" aria-label="Earlier cards" onClick={() => move(-1)}><ChevronLeft size={18} /></button>
      <div className="carousel-track" ref={track} tabIndex={0}>
        {block.elements.map((card: Block, index: number) => <Card key={card.block_id ?? index} block={card} />)}
      </div>
      <button type="button" className="icon-button carousel-move" aria-label="Later cards" onClick={() => move(1)}><ChevronRight size={18} /></button>
    </div>
  );
}

export function Container({ block }: { block: Block }) {
  const { where } = useSurface();
  const collapsible = Boolean(block.is_collapsible);
  const [open, setOpen] = useState(!(collapsible && block.default_collapsed));
  const id = useId();
  const title = block.rich_text_title ? <LibraryBlock block={{ ...block.rich_text_title, type: "rich_text" }} /> : <Plain text={block.title} />;
  return (
    <section className={`container width-${block.width ?? "standard"} ${block.has_header_divider && open ? "with-divider" : ""}`}>
      <header className="container-head">
        {block.icon && <Picture image={block.icon} className="card-icon" />}
        <div className="grow"><h4>{title}</h4>{block.subtitle && <div className="muted small-text"><Text text={block.subtitle} /></div>}</div>
        {collapsible && (
          <button type="button" className="icon-button" aria-expanded={open} aria-controls={id} aria-label={open ? "Collapse" : "Expand"} onClick={() => setOpen(!open)}>
            <ChevronDown size={18} style={{ transform: open ? "none" : "rotate(-90deg)" }} />
          </button>
        )}
      </header>
      {open && <div id={id} className="container-body">{block.child_blocks.map((child: Block, index: number) => <BlockItem key={child.block_id ?? index} block={child} kind={where.kind} />)}</div>}
    </section>
  );
}
