import { useId } from "react";
import type { Block } from "../types";
import { Control } from "../elements/Control";
import { useSurface } from "./surface";
import { Plain } from "./Text";

export function InputBlock({ block }: { block: Block }) {
  const { errors } = useSurface();
  const error = errors[block.block_id ?? ""];
  const id = useId();
  const group = ["checkboxes", "radio_buttons", "datetimepicker", "rich_text_input"].includes(block.element.type);
  const label = <><Plain text={block.label} />{block.optional && <span className="optional"> (optional)</span>}</>;
  return (
    <div className={`input-block ${error ? "has-error" : ""}`} role={group ? "group" : undefined} aria-labelledby={group ? `${id}-label` : undefined}>
      {group ? <span className="label" id={`${id}-label`}>{label}</span> : <label className="label" id={`${id}-label`} htmlFor={id}>{label}</label>}
      <Control el={block.element} blockId={block.block_id ?? ""} acts={Boolean(block.dispatch_action)} input={{
        id, labelledBy: `${id}-label`, required: !block.optional, invalid: Boolean(error), describedBy: error ? `${id}-error` : block.hint ? `${id}-hint` : undefined,
      }} />
      {error && <p className="field-error" id={`${id}-error`} role="alert"><Plain text={error} /></p>}
      {block.hint && <p className="hint" id={`${id}-hint`}><Plain text={block.hint} /></p>}
    </div>
  );
}
