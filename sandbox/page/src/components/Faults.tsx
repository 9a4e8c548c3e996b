import { X } from "lucide-react";
import { cloneElement, type ReactElement, useId, useState } from "react";
import { api } from "../api";
import { refreshFaults, useStore } from "../store";
import type { Fault } from "../types";

const KINDS: [string, string][] = [
  ["429", "429 Too many requests"], ["500", "500 from Slack"], ["error", "ok: false with an error"], ["slow", "Slow answer"],
  ["slow_after", "Done, then a slow answer"], ["cut_before", "Connection cut before it is done"], ["cut_after", "Done, but the answer is lost"],
];
const METHODS = ["*", "chat.postMessage", "chat.update", "chat.postEphemeral", "chat.delete", "views.open", "views.update", "views.push", "views.publish", "conversations.open", "conversations.history", "users.info", "reactions.add"];

const describe = (fault: Fault) => [
  fault.channel && `in ${fault.channel}`, fault.kind === "429" && `Retry-After ${fault.retry_after} s`, fault.kind.startsWith("slow") && `${fault.seconds} s`, fault.kind === "error" && fault.error,
  fault.times !== undefined && `${fault.times} more ${fault.times === 1 ? "time" : "times"}`,
].filter(Boolean).join(" · ");

export function FaultsPanel() {
  const faults = useStore((s) => s.faults);
  const drop = (id?: string) => void (id ? api.dropFault(id) : api.dropFaults()).finally(refreshFaults);
  return (
    <div className="faults">
      <p className="muted">Make Slack or the network fail on purpose and see what the bot does.</p>
      <FaultForm />
      <h3>Switched on</h3>
      {faults.length === 0 && <p className="muted">No faults. All calls go through.</p>}
      <ul className="fault-list">
        {faults.map((fault) => (
          <li key={fault.id}>
            <span className="grow"><strong>{fault.method === "*" ? "Every method" : fault.method}</strong> <code>{fault.kind}</code><small className="muted">{describe(fault)}</small></span>
            <button type="button" className="icon-button small" aria-label={`Switch off ${fault.kind} on ${fault.method}`} onClick={() => drop(fault.id)}><X size={15} /></button>
          </li>
        ))}
      </ul>
      {faults.length > 0 && <button type="button" className="button" onClick={() => drop()}>Switch all off</button>}
    </div>
  );
}

/** A label beside its field, not around it: a select's options are no part of its name. */
function Labelled({ text, children }: { text: string; children: ReactElement<{ id?: string }> }) {
  const id = useId();
  return <div><label htmlFor={id}>{text}</label>{cloneElement(children, { id })}</div>;
}

function FaultForm() {
  const channels = useStore((s) => s.workspace?.channels ?? []);
  const [fault, setFault] = useState({ method: "chat.postMessage", kind: "429", channel: "", times: 1, retry_after: 2, seconds: 5, error: "channel_not_found" });
  const [wrong, setWrong] = useState<string>();
  const put = (part: Partial<typeof fault>) => setFault({ ...fault, ...part });
  const add = async () => {
    setWrong(undefined);
    await api.addFault({ ...fault, channel: fault.channel || undefined }).catch((error: Error) => setWrong(error.message));
    await refreshFaults();
  };
  return (
    <form className="fault-form" onSubmit={(event) => { event.preventDefault(); void add(); }}>
      <Labelled text="Method"><input className="field" list="methods" value={fault.method} onChange={(e) => put({ method: e.target.value })} /></Labelled>
      <Labelled text="Fault"><select className="field" value={fault.kind} onChange={(e) => put({ kind: e.target.value })}>{KINDS.map(([kind, name]) => <option key={kind} value={kind}>{name}</option>)}</select></Labelled>
      <Labelled text="Channel"><select className="field" value={fault.channel} onChange={(e) => put({ channel: e.target.value })}><option value="">Any</option>{channels.map((c) => <option key={c.id} value={c.id}>#{c.name}</option>)}</select></Labelled>
      <Labelled text="Times"><input className="field" type="number" min={1} value={fault.times} onChange={(e) => put({ times: Number(e.target.value) })} /></Labelled>
      {fault.kind === "429" && <Labelled text="Retry-After, seconds"><input className="field" type="number" min={0} value={fault.retry_after} onChange={(e) => put({ retry_after: Number(e.target.value) })} /></Labelled>}
      {fault.kind.startsWith("slow") && <Labelled text="Seconds"><input className="field" type="number" min={0} step="0.5" value={fault.seconds} onChange={(e) => put({ seconds: Number(e.target.value) })} /></Labelled>}
      {fault.kind === "error" && <Labelled text="Error"><input className="field" value={fault.error} onChange={(e) => put({ error: e.target.value })} /></Labelled>}
      <datalist id="methods">{METHODS.map((m) => <option key={m} value={m} />)}</datalist>
      <button type="submit" className="button button-primary">Switch on</button>
      {wrong && <p className="field-error" role="alert">{wrong}</p>}
    </form>
  );
}
