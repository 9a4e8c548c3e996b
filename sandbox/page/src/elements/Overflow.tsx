import { MoreHorizontal } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { Plain } from "../blocks/Text";
import { useSurface } from "../blocks/surface";
import { safeLink } from "../lib/mrkdwn";
import type { Option } from "../types";
import { useConfirmed } from "./Confirm";
import type { ControlProps } from "./Control";

export function Overflow({ el, blockId }: ControlProps) {
  const { act } = useSurface();
  const [busy, setBusy] = useState(false);
  const [ask, dialog] = useConfirmed(el.confirm);
  const choose = async (option: Option) => {
    setBusy(true);
    const url = safeLink(option.url);
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    await act(blockId, el, { type: el.type, selected_option: option });
    setBusy(false);
  };
  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className="button overflow-button" aria-label="More actions" aria-busy={busy} data-action-id={el.action_id}>
          {busy ? <span className="spinner" aria-hidden /> : <MoreHorizontal size={16} />}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
            {(el.options ?? []).map((option: Option, index: number) => (
              <DropdownMenu.Item key={index} className="menu-item" onSelect={() => ask(() => void choose(option))}>
                <span><Plain text={option.text} />{option.description && <small><Plain text={option.description} /></small>}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {dialog}
    </>
  );
}
