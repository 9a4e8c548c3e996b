// What a control needs from the place it stands in: where its values live, how it tells the bot.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { api } from "../api";
import { get, set, useStore } from "../store";
import type { Block, ClickResult, Element, ElementValue, FormValues, OptionList } from "../types";
import { initialValue } from "../lib/values";

export interface Where { channel?: string; ts?: string; view_id?: string; kind: "message" | "modal" | "home" }
export interface Surface {
  where: Where;
  value: (blockId: string, el: Element) => ElementValue | undefined;
  change: (blockId: string, el: Element, value: ElementValue) => void;
  act: (blockId: string, el: Element, value: ElementValue) => Promise<ClickResult>;
  options: (blockId: string, el: Element, query: string) => Promise<OptionList>;
  errors: Record<string, string>;
}

const Context = createContext<Surface | null>(null);
export const useSurface = (): Surface => {
  const surface = useContext(Context);
  if (!surface) throw new Error("no surface");
  return surface;
};

const CONTROL = /select|picker|input|checkboxes|radio_buttons/;

/** Every control of some blocks with the block it stands in. */
export function controls(blocks: Block[]): [string, Element][] {
  return blocks.flatMap((block) => {
    const own = [block.element, block.accessory, ...(block.type === "actions" ? (block.elements ?? []) : [])];
    const inner = controls(block.child_blocks ?? []);
    return [...own.filter((el: Element) => el && CONTROL.test(el.type)).map((el: Element) => [block.block_id ?? "", el] as [string, Element]), ...inner];
  });
}

const place = (where: Where) => (where.view_id ? where.view_id : `${where.channel}/${where.ts}`);
const slot = (where: Where, blockId: string, el: Element) => `${place(where)}|${blockId}|${el.action_id ?? ""}`;

/** All values of a form as `view.state.values` has them. */
export function formValues(where: Where, blocks: Block[]): FormValues {
  const out: FormValues = {};
  for (const [blockId, el] of controls(blocks)) {
    const value = get().typed[slot(where, blockId, el)] ?? initialValue(el);
    (out[blockId] ??= {})[el.action_id ?? ""] = value;
  }
  return out;
}

const REASONS: Record<string, string> = {
  operation_timeout: "The app did not answer within 3 seconds.",
  dispatch_failed: "The app could not be reached.",
  http_client_error: "The app refused the request.",
  http_service_error: "The app failed while handling this.",
};
export const reasonOf = (error?: string) => (error ? (REASONS[error] ?? `The app answered: ${error}`) : "Something went wrong.");

/** What is wrong with a form's fields, and who is told that one was changed. */
export interface Judged { errors?: Record<string, string>; onChange?: (blockId: string) => void }

export function SurfaceProvider({ where, blocks, errors, onChange, children }: Judged & { where: Where; blocks: Block[]; children: ReactNode }) {
  const typed = useStore(useShallow((s) => Object.fromEntries(Object.entries(s.typed).filter(([key]) => key.startsWith(`${place(where)}|`)))));
  const as = useStore((s) => s.me);
  const [failure, setFailure] = useState<string>();
  const at = useMemo(() => (where.view_id ? { view_id: where.view_id } : { channel: where.channel, ts: where.ts }), [where]);
  const change = useCallback((blockId: string, el: Element, value: ElementValue) => {
    set((s) => ({ typed: { ...s.typed, [slot(where, blockId, el)]: value } }));
    onChange?.(blockId);
  }, [where, onChange]);
  const act = useCallback(async (blockId: string, el: Element, value: ElementValue): Promise<ClickResult> => {
    setFailure(undefined);
    try {
      const action = { ...value, type: el.type, block_id: blockId, action_id: el.action_id };
      const result = await api.click({ as, ...at, action, state: { values: formValues(where, blocks) } });
      if (!result.ok) setFailure(reasonOf(result.error));
      return result;
    } catch (wrong) {
      const error = wrong instanceof Error ? wrong.message : String(wrong);
      setFailure(error);
      return { ok: false, error };
    }
  }, [as, at, where, blocks]);
  const surface = useMemo<Surface>(() => ({
    where, errors: errors ?? {}, change, act,
    value: (blockId, el) => typed[slot(where, blockId, el)] ?? initialValue(el),
    options: (blockId, el, query) => api.options({ as, ...at, block_id: blockId, action_id: el.action_id, value: query }),
  }), [where, errors, change, act, typed, as, at]);
  return (
    <Context.Provider value={surface}>
      {children}
      {failure && <p className="act-failure" role="alert">⚠ {failure}</p>}
    </Context.Provider>
  );
}
