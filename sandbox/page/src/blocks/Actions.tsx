import { ThumbsDown, ThumbsUp, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Block, Element } from "../types";
import { Control } from "../elements/Control";
import { useConfirmed } from "../elements/Confirm";
import { Invalid } from "./Blocks";
import { useSurface } from "./surface";
import { Plain } from "./Text";

export function ActionsRow({ block }: { block: Block }) {
  return (
    <div className="actions-row">
      {block.elements.map((el: Element, index: number) => <Control key={el.action_id ?? index} el={el} blockId={block.block_id ?? ""} acts />)}
    </div>
  );
}

export function ContextActions({ block }: { block: Block }) {
  return (
    <div className="context-actions">
      {block.elements.map((el: Element, index: number) => {
        if (el.type === "feedback_buttons") return <Feedback key={index} el={el} blockId={block.block_id ?? ""} />;
        if (el.type === "icon_button") return <IconButton key={index} el={el} blockId={block.block_id ?? ""} />;
        return <Invalid key={index} block={el} reason="only feedback_buttons and icon_button stand in context_actions" />;
      })}
    </div>
  );
}

function Feedback({ el, blockId }: { el: Element; blockId: string }) {
  const { act } = useSurface();
  const [chosen, setChosen] = useState<string>();
  const sides = [["up", el.positive_button, ThumbsUp], ["down", el.negative_button, ThumbsDown]] as const;
  return (
    <span className="feedback">
      {sides.map(([side, button, Icon]) => button && (
        <button key={side} type="button" className="icon-button" aria-pressed={chosen === side} title={button.text?.text}
          aria-label={button.accessibility_label ?? button.text?.text}
          onClick={async () => { setChosen(side); if (!(await act(blockId, el, { type: el.type, value: button.value, text: button.text })).ok) setChosen(undefined); }}>
          <Icon size={16} fill={chosen === side ? "currentColor" : "none"} />
        </button>
      ))}
    </span>
  );
}

function IconButton({ el, blockId }: { el: Element; blockId: string }) {
  const { act } = useSurface();
  const [ask, dialog] = useConfirmed(el.confirm);
  return (
    <>
      <button type="button" className="icon-button" title={el.text?.text} aria-label={el.accessibility_label ?? el.text?.text}
        onClick={() => ask(() => void act(blockId, el, { type: el.type, value: el.value }))}>
        <Trash2 size={16} /><span className="visually-hidden"><Plain text={el.text} /></span>
      </button>
      {dialog}
    </>
  );
}
