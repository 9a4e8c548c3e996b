import { Component, memo, type ReactNode, useMemo } from "react";
import type { Block } from "../types";
import { ActionsRow, ContextActions } from "./Actions";
import { Card, Carousel, Container } from "./Cards";
import { Chart } from "./Chart";
import { DataTable, Table } from "./Tables";
import { InputBlock } from "./InputBlock";
import { Section } from "./Section";
import { Alert, ContextRow, FileBlock, Header, ImageBlock, Tasks, Video } from "./Simple";
import { type Judged, SurfaceProvider, type Where } from "./surface";
import { LibraryBlock } from "./Text";
import { whyInvalid } from "./validate";

export function Invalid({ block, reason }: { block: Block; reason: string }) {
  return (
    <details className="invalid-block">
      <summary><strong>Invalid block</strong> <code>{block?.type ?? "?"}</code>: {reason}</summary>
      <pre>{JSON.stringify(block, null, 2)}</pre>
    </details>
  );
}

class Guard extends Component<{ block: Block; children: ReactNode }, { wrong?: string }> {
  state: { wrong?: string } = {};
  static getDerivedStateFromError(wrong: unknown) {
    return { wrong: wrong instanceof Error ? wrong.message : String(wrong) };
  }
  componentDidUpdate(before: { block: Block }) {
    if (before.block !== this.props.block && this.state.wrong) this.setState({ wrong: undefined });
  }
  render() {
    return this.state.wrong ? <Invalid block={this.props.block} reason={`it could not be drawn (${this.state.wrong})`} /> : this.props.children;
  }
}

function draw(block: Block): ReactNode {
  switch (block.type) {
    case "header": return <Header block={block} />;
    case "section": return <Section block={block} />;
    case "context": return <ContextRow block={block} />;
    case "actions": return <ActionsRow block={block} />;
    case "context_actions": return <ContextActions block={block} />;
    case "divider": return <hr className="divider" />;
    case "image": return <ImageBlock block={block} />;
    case "input": return <InputBlock block={block} />;
    case "table": return <Table block={block} />;
    case "data_table": return <DataTable block={block} />;
    case "data_visualization": return <Chart block={block} />;
    case "container": return <Container block={block} />;
    case "card": return <Card block={block} />;
    case "carousel": return <Carousel block={block} />;
    case "alert": return <Alert block={block} />;
    case "plan":
    case "task_card": return <Tasks block={block} />;
    case "video": return <Video block={block} />;
    case "file": return <FileBlock block={block} />;
    default: return <LibraryBlock block={block} />;
  }
}

export function BlockItem({ block, kind }: { block: Block; kind: Where["kind"] }) {
  const reason = useMemo(() => whyInvalid(block, kind), [block, kind]);
  return (
    <div className={`block block-${block?.type}`} data-block-id={block?.block_id}>
      {reason ? <Invalid block={block} reason={reason} /> : <Guard block={block}>{draw(block)}</Guard>}
    </div>
  );
}

/** A message's, modal's or Home's blocks with every control live. */
export const Blocks = memo(function Blocks({ blocks, where, ...judged }: Judged & { blocks: Block[]; where: Where }) {
  return (
    <SurfaceProvider where={where} blocks={blocks} {...judged}>
      <div className="blocks">
        {blocks.map((block, index) => <BlockItem key={`${block?.block_id ?? ""}:${index}`} block={block} kind={where.kind} />)}
      </div>
    </SurfaceProvider>
  );
});
