import { ArrowDownLeft, ArrowUpRight, ChevronRight, X } from "lucide-react";
import { Tabs } from "radix-ui";
import { memo, useMemo, useState } from "react";
import { set, useStore, useTz } from "../store";
import { slackDate } from "../lib/dates";
import type { LogEntry } from "../types";
import { FaultsPanel } from "./Faults";

const BUDGET_MS = 3000;
const failed = (entry: LogEntry) => entry.response?.ok === false || Number.isNaN(Number(entry.status)) || Number(entry.status) >= 400 || Boolean(entry.note?.startsWith("fault"));

export function Inspector() {
  const { faults } = useStore((s) => s);
  const close = () => { localStorage.setItem("inspector", ""); set({ inspector: false }); };
  return (
    <aside className="inspector" aria-label="Inspector">
      <Tabs.Root defaultValue="log" className="inspector-tabs">
        <header className="pane-head">
          <Tabs.List className="tabs" aria-label="Inspector">
            <Tabs.Trigger value="log">Traffic</Tabs.Trigger>
            <Tabs.Trigger value="faults">Faults{faults.length ? ` (${faults.length})` : ""}</Tabs.Trigger>
          </Tabs.List>
          <span className="grow" />
          <button type="button" className="icon-button" aria-label="Close inspector" onClick={close}><X size={18} /></button>
        </header>
        <Tabs.Content value="log" className="inspector-body"><Log /></Tabs.Content>
        <Tabs.Content value="faults" className="inspector-body"><FaultsPanel /></Tabs.Content>
      </Tabs.Root>
    </aside>
  );
}

type Way = "all" | "to_bot" | "from_bot" | "failed";
const WAYS: [Way, string][] = [["all", "All"], ["to_bot", "To the bot"], ["from_bot", "From the bot"], ["failed", "Failed"]];

function Log() {
  const log = useStore((s) => s.log);
  const [way, setWay] = useState<Way>("all");
  const [word, setWord] = useState("");
  const shown = useMemo(() => log.filter((e) => (way === "all" || (way === "failed" ? failed(e) : e.direction === way)) && (!word || `${e.kind} ${e.method}`.toLowerCase().includes(word.toLowerCase()))).slice(-200).reverse(), [log, way, word]);
  return (
    <>
      <div className="log-tools">
        <div className="segments" role="group" aria-label="Which entries">{WAYS.map(([key, name]) => <button key={key} type="button" aria-pressed={way === key} onClick={() => setWay(key)}>{name}</button>)}</div>
        <input className="field" placeholder="Filter by method" aria-label="Filter by method" value={word} onChange={(event) => setWord(event.target.value)} />
      </div>
      {shown.length ? <ol className="log">{shown.map((entry) => <Entry key={entry.id} entry={entry} />)}</ol>
        : <p className="start muted">{log.length ? "Nothing fits this filter." : "Nothing yet. Say something, run a command or press a button: what the bot receives and asks for shows here."}</p>}
    </>
  );
}

const Entry = memo(function Entry({ entry }: { entry: LogEntry }) {
  const [open, setOpen] = useState(false);
  const tz = useTz();
  const inward = entry.direction === "to_bot";
  const unix = typeof entry.at === "number" ? entry.at : Date.parse(entry.at) / 1000;
  const ms = entry.ms ?? 0;
  const share = Math.min(100, (ms / BUDGET_MS) * 100);
  const level = share >= 100 ? "over" : share >= 60 ? "near" : "fine";
  return (
    <li className={`entry ${failed(entry) ? "failed" : ""}`}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {inward ? <ArrowDownLeft size={15} aria-label="to the bot" className="way-in" /> : <ArrowUpRight size={15} aria-label="from the bot" className="way-out" />}
        <span className="entry-kind">{entry.kind}</span>
        <span className="entry-method ellipsis grow">{entry.method}</span>
        {entry.note && <span className="entry-note ellipsis" title={entry.note}>{entry.note}</span>}
        <span className="entry-status">{entry.response?.ok === false ? entry.response.error ?? entry.status : entry.status}</span>
        <span className="entry-ms">{ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms</span>
        <ChevronRight size={14} aria-hidden style={{ transform: open ? "rotate(90deg)" : "none" }} />
      </button>
      {inward && <div className="budget" title={`${Math.round(ms)} ms of the 3 second budget`}><span className={level} style={{ width: `${Math.max(share, 1)}%` }} /></div>}
      {open && (
        <div className="entry-detail">
          <p className="muted small-text">#{entry.id} · {slackDate(unix, "{time_secs}", tz)}{inward ? ` · ${Math.round(share)} % of the 3 s budget` : ""}{entry.note ? ` · ${entry.note}` : ""}</p>
          <Json title={inward ? "Sent to the bot" : "Arguments"} value={entry.request} />
          <Json title={inward ? "The bot's answer" : "Result"} value={entry.response} />
        </div>
      )}
    </li>
  );
});

function Json({ title, value }: { title: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
  return <><h4>{title}</h4><pre className="json" tabIndex={0}>{text === "" || text === "null" ? "(empty)" : text}</pre></>;
}
