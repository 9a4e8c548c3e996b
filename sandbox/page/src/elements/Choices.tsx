import { useId } from "react";
import { Text } from "../blocks/Text";
import { useSurface } from "../blocks/surface";
import type { ElementValue, Option } from "../types";
import { useConfirmed } from "./Confirm";
import { ariaOf, type ControlProps } from "./Control";

const OptionText = ({ option }: { option: Option }) => (
  <span className="choice-text"><Text text={option.text} />{option.description && <span className="muted small-text"><Text text={option.description} /></span>}</span>
);

/** Change a control's value and, where it acts, ask and tell the bot; put back when denied. */
export function useChange({ el, blockId, acts }: ControlProps) {
  const { value, change, act } = useSurface();
  const [ask, dialog] = useConfirmed(acts ? el.confirm : undefined);
  const now = value(blockId, el);
  const put = (next: ElementValue) => {
    change(blockId, el, next);
    if (acts) ask(() => void act(blockId, el, next), () => now && change(blockId, el, now));
  };
  return { now, put, dialog };
}

export function Checkboxes(props: ControlProps) {
  const { el, input } = props;
  const { now, put, dialog } = useChange(props);
  const chosen: Option[] = now?.selected_options ?? [];
  const has = (option: Option) => chosen.some((one) => one.value === option.value);
  const toggle = (option: Option) => put({
    type: el.type, selected_options: has(option) ? chosen.filter((one) => one.value !== option.value) : [...chosen, option],
  });
  return (
    <div className="choices" {...ariaOf(input && { ...input, required: false })}>
      {(el.options ?? []).map((option: Option) => (
        <label key={option.value} className="choice"><input type="checkbox" checked={has(option)} onChange={() => toggle(option)} /><OptionText option={option} /></label>
      ))}
      {dialog}
    </div>
  );
}

export function Radios(props: ControlProps) {
  const { el, input } = props;
  const { now, put, dialog } = useChange(props);
  const name = useId();
  return (
    <div className="choices" role="radiogroup" aria-labelledby={input?.labelledBy} {...ariaOf(input)}>
      {(el.options ?? []).map((option: Option) => (
        <label key={option.value} className="choice">
          <input type="radio" name={name} checked={now?.selected_option?.value === option.value} onChange={() => put({ type: el.type, selected_option: option })} />
          <OptionText option={option} />
        </label>
      ))}
      {dialog}
    </div>
  );
}
