import { useEffect, useRef } from "react";
import { withEmoji } from "../lib/emoji";
import { useSurface } from "../blocks/surface";
import type { ElementValue } from "../types";
import { ariaOf, type ControlProps } from "./Control";

const KIND: Record<string, string> = { number_input: "text", email_text_input: "email", url_text_input: "url" };

const asValue = (type: string, text: string): ElementValue => ({ type, value: text || null });

export function TextInput({ el, blockId, acts, input }: ControlProps) {
  const { value, change, act } = useSurface();
  const text: string = value(blockId, el)?.value ?? "";
  const triggers: string[] = el.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (next: string) => {
    change(blockId, el, asValue(el.type, next));
    if (!acts || !triggers.includes("on_character_entered")) return;
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void act(blockId, el, asValue(el.type, next)), 400);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !acts || !triggers.includes("on_enter_pressed")) return;
    if (el.multiline && !event.metaKey && !event.ctrlKey) return;
    event.preventDefault();
    void act(blockId, el, asValue(el.type, text));
  };
  const common = {
    ...ariaOf(input), value: text, maxLength: el.max_length, placeholder: el.placeholder ? withEmoji(el.placeholder.text) : undefined, "data-action-id": el.action_id,
    "aria-label": input ? undefined : el.placeholder?.text ?? "Text", autoFocus: Boolean(el.focus_on_load), onKeyDown,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => type(event.target.value),
  };
  if (el.multiline) return <textarea {...common} className="field" rows={4} />;
  return <input {...common} className="field" type={KIND[el.type] ?? "text"} inputMode={el.type === "number_input" ? (el.is_decimal_allowed ? "decimal" : "numeric") : undefined} />;
}
