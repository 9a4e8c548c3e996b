import { ArrowDown, ArrowUp, ArrowUpDown, ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import type { Block, Json } from "../types";
import { LibraryBlock, Plain } from "./Text";
import { Wide } from "./Wide";

type Cell = Json;
const cellText = (cell: Cell): string =>
  cell?.type === "rich_text" ? JSON.stringify(cell.elements).replace(/.*?"text":"([^"]*)".*?|./g, "$1") : String(cell?.text ?? cell?.value ?? "");

function CellContent({ cell }: { cell: Cell }) {
  if (cell?.type === "rich_text") return <LibraryBlock block={cell} />;
  return <Plain text={{ type: "plain_text", text: String(cell?.text ?? cell?.value ?? ""), emoji: false }} />;
}

export function Table({ block }: { block: Block }) {
  const settings = block.column_settings ?? [];
  const [head, ...rows] = block.rows as Cell[][];
  const style = (index: number) => ({ textAlign: settings[index]?.align ?? "left", whiteSpace: settings[index]?.is_wrapped ? "normal" : undefined }) as const;
  return (
    <Wide label="Table">
      <table className="table">
        <thead><tr>{(head ?? []).map((cell, i) => <th key={i} scope="col" style={style(i)}><CellContent cell={cell} /></th>)}</tr></thead>
        <tbody>{rows.map((row, r) => <tr key={r}>{row.map((cell, i) => <td key={i} style={style(i)}><CellContent cell={cell} /></td>)}</tr>)}</tbody>
      </table>
    </Wide>
  );
}

interface Sort { column: number; down: boolean }
const numeric = (rows: Cell[][], column: number) => rows.every((row) => row[column]?.type === "raw_number");

/** Slack sorts by number only when every cell of the column is a raw_number, else by the alphabet. */
function sorted(rows: Cell[][], sort: Sort | undefined): Cell[][] {
  if (!sort) return rows;
  const { column, down } = sort;
  const compare = numeric(rows, column)
    ? (a: Cell[], b: Cell[]) => a[column].value - b[column].value
    : (a: Cell[], b: Cell[]) => cellText(a[column]).localeCompare(cellText(b[column]), "en", { sensitivity: "base" });
  return [...rows].sort((a, b) => (down ? -compare(a, b) : compare(a, b)));
}

export function DataTable({ block }: { block: Block }) {
  const [head = [], ...body] = block.rows as Cell[][];
  const size = Math.min(100, Math.max(1, block.page_size ?? 5));
  const [sort, setSort] = useState<Sort>();
  const [page, setPage] = useState(0);
  const rows = useMemo(() => sorted(body, sort), [block.rows, sort]);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(page, pages - 1);
  const by = (column: number) => {
    setPage(0);
    setSort((now) => (now?.column !== column ? { column, down: false } : now.down ? undefined : { column, down: true }));
  };
  return (
    <div className="data-table">
      <Wide label={block.caption}>
        <table className="table">
          <caption>{block.caption}</caption>
          <thead><tr>{head.map((cell, i) => <SortableHead key={i} cell={cell} state={sort?.column === i ? (sort.down ? "descending" : "ascending") : "none"} number={numeric(body, i)} onSort={() => by(i)} />)}</tr></thead>
          <tbody>{rows.slice(at * size, at * size + size).map((row, r) => <tr key={r}>{row.map((cell, i) => <BodyCell key={i} cell={cell} head={i === block.row_header_column_index} />)}</tr>)}</tbody>
        </table>
      </Wide>
      {pages > 1 && <Pager at={at} pages={pages} total={rows.length} size={size} go={setPage} />}
    </div>
  );
}

function BodyCell({ cell, head }: { cell: Cell; head: boolean }) {
  const style = cell?.type === "raw_number" ? ({ textAlign: "right", fontVariantNumeric: "tabular-nums" } as const) : undefined;
  return head ? <th scope="row" style={style}><CellContent cell={cell} /></th> : <td style={style}><CellContent cell={cell} /></td>;
}

function SortableHead({ cell, state, number, onSort }: { cell: Cell; state: "none" | "ascending" | "descending"; number: boolean; onSort: () => void }) {
  const Icon = state === "none" ? ArrowUpDown : state === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th scope="col" aria-sort={state} style={number ? { textAlign: "right" } : undefined}>
      <button type="button" className="sort-button" onClick={onSort}><CellContent cell={cell} /><Icon size={13} aria-hidden /></button>
    </th>
  );
}

function Pager({ at, pages, total, size, go }: { at: number; pages: number; total: number; size: number; go: (page: number) => void }) {
  return (
    <div className="pager">
      <button type="button" className="icon-button small" aria-label="Page before" disabled={at === 0} onClick={() => go(at - 1)}><ChevronLeft size={16} /></button>
      <span aria-live="polite">{at * size + 1}–{Math.min(total, at * size + size)} of {total}</span>
      <button type="button" className="icon-button small" aria-label="Next page" disabled={at === pages - 1} onClick={() => go(at + 1)}><ChevronRight size={16} /></button>
    </div>
  );
}
