import { Check } from "lucide-react";
import { useState } from "react";
import { Plain } from "../blocks/Text";
import { useSurface } from "../blocks/surface";
import { safeLink } from "../lib/mrkdwn";
import { useConfirmed } from "./Confirm";
import type { ControlProps } from "./Control";

export function ButtonElement({ el, blockId }: ControlProps) {
  const { act } = useSurface();
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const [ask, dialog] = useConfirmed(el.confirm);
  const style = el.style === "primary" ? "button-primary" : el.style === "danger" ? "button-danger" : "";
  const run = async () => {
    setState("busy");
    const url = safeLink(el.url);
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    const [result] = await Promise.all([act(blockId, el, { type: el.type, value: el.value, text: el.text }), new Promise((r) => setTimeout(r, 250))]);
    setState(result.ok ? "done" : "idle");
    if (result.ok) setTimeout(() => setState("idle"), 1200);
  };
  return (
    <>
      <button type="button" className={`button ${style}`} data-action-id={el.action_id} aria-label={el.accessibility_label} aria-busy={state === "busy"}
        disabled={state === "busy"} onClick={() => ask(() => void run())} title={el.url}>
        <span className={state === "idle" ? undefined : "button-veiled"}><Plain text={el.text} /></span>
        {state !== "idle" && <span className="button-state" aria-hidden>{state === "busy" ? <span className="spinner" /> : <Check size={16} />}</span>}
        {state === "busy" && <span className="visually-hidden">, working</span>}
      </button>
      {dialog}
    </>
  );
}
