import { ArrowLeft, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useCallback, useEffect, useMemo, useState } from "react";
import { api } from "../api";
import { Blocks } from "../blocks/Blocks";
import { controls, formValues, reasonOf } from "../blocks/surface";
import { Plain } from "../blocks/Text";
import { isEmpty } from "../lib/values";
import { refreshViews, useStore } from "../store";
import type { Element, FormValues, View } from "../types";

/** What Slack's own client checks before it sends a form. */
function localErrors(view: View, values: FormValues): Record<string, string> {
  const out: Record<string, string> = {};
  for (const block of view.blocks) {
    if (block.type !== "input" || !block.element) continue;
    const value = values[block.block_id ?? ""]?.[block.element.action_id ?? ""];
    const wrong = isEmpty(value) ? (block.optional ? "" : "Please complete this required field.") : wrongValue(block.element, value?.value);
    if (wrong) out[block.block_id ?? ""] = wrong;
  }
  return out;
}
function wrongValue(el: Element, value: string | null): string {
  if (!value) return "";
  if (el.min_length && value.length < el.min_length) return `Please write at least ${el.min_length} characters.`;
  if (el.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value)) return "Please enter a valid email address.";
  if (el.type === "url_text_input" && !/^https?:\/\/\S+$/.test(value)) return "Please enter a valid URL.";
  if (el.type !== "number_input") return "";
  if (!/^-?\d+(\.\d+)?$/.test(value) || (!el.is_decimal_allowed && value.includes("."))) return el.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
  if (el.min_value !== undefined && Number(value) < Number(el.min_value)) return `Please enter ${el.min_value} or more.`;
  return el.max_value !== undefined && Number(value) > Number(el.max_value) ? `Please enter ${el.max_value} or less.` : "";
}

function useSubmit(view: View) {
  const as = useStore((s) => s.me);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<string>();
  useEffect(() => { setErrors({}); setFailure(undefined); }, [view.id, view.hash]);
  const submit = async () => {
    const values = formValues({ kind: "modal", view_id: view.id }, view.blocks);
    const wrong = localErrors(view, values);
    setErrors(wrong);
    setFailure(undefined);
    if (Object.keys(wrong).length) return focusError();
    setBusy(true);
    try {
      const result = await api.submit(as, view.id, values);
      if (result.errors && Object.keys(result.errors).length) { setErrors(result.errors); focusError(); }
      else if (!result.ok) setFailure(result.error === "operation_timeout" ? "We had some trouble connecting: the app did not answer within 3 seconds. Try again?" : reasonOf(result.error));
      await refreshViews();
    } catch (wrongCall) {
      setFailure(wrongCall instanceof Error ? wrongCall.message : String(wrongCall));
    } finally {
      setBusy(false);
    }
  };
  // What was said of a field goes once it is changed, as in Slack.
  const changed = useCallback((blockId: string) => setErrors(({ [blockId]: _, ...rest }) => rest), []);
  return { busy, errors, failure, submit, changed };
}
const focusError = () => setTimeout(() => document.querySelector<HTMLElement>(".dialog .has-error input, .dialog .has-error textarea, .dialog .has-error [role=textbox], .dialog .has-error button")?.focus(), 30);

function ModalView({ view, depth }: { view: View; depth: number }) {
  const as = useStore((s) => s.me);
  const where = useMemo(() => ({ kind: "modal" as const, view_id: view.id }), [view.id]);
  const { busy, errors, failure, submit, changed } = useSubmit(view);
  const close = (clear: boolean) => void api.close(as, view.id, clear).then(refreshViews).catch(refreshViews);
  const hasInputs = controls(view.blocks).length > 0;
  return (
    <Dialog.Content className="dialog modal" aria-describedby={undefined} onEscapeKeyDown={(event) => { event.preventDefault(); close(false); }} onInteractOutside={(event) => event.preventDefault()}
      onOpenAutoFocus={(event) => { const first = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(".modal-body input, .modal-body textarea, .modal-body [role=combobox], .modal-body [role=textbox]"); if (first && hasInputs) { event.preventDefault(); first.focus(); } }}>
      <form className="modal-form" noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}
        onKeyDown={(event) => { if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) { event.preventDefault(); void submit(); } }}>
        <header className="modal-head">
          {depth > 0 && <button type="button" className="icon-button" aria-label="Back" onClick={() => close(false)}><ArrowLeft size={18} /></button>}
          <Dialog.Title className="dialog-title"><Plain text={view.title} /></Dialog.Title>
          <button type="button" className="icon-button" aria-label="Close" onClick={() => close(true)}><X size={20} /></button>
        </header>
        <div className="modal-body">
          {failure && <p className="banner-error" role="alert">{failure}</p>}
          <Blocks blocks={view.blocks} where={where} errors={errors} onChange={changed} />
        </div>
        <footer className="dialog-actions">
          <button type="button" className="button" onClick={() => close(false)}>{view.close ? <Plain text={view.close} /> : view.submit ? "Cancel" : "Close"}</button>
          {view.submit && <button type="submit" className="button button-primary" disabled={busy} aria-busy={busy}>{busy && <span className="spinner" aria-hidden />}<Plain text={view.submit} /></button>}
        </footer>
      </form>
    </Dialog.Content>
  );
}

/** The top of the member's stack of views. */
export function Modals() {
  const views = useStore((s) => s.views);
  const top = views.at(-1);
  const open = Boolean(top);
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement as HTMLElement | null;
    return () => void setTimeout(() => {
      if (document.activeElement !== document.body) return;
      (before?.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>(".main textarea"))?.focus();
    }, 60);
  }, [open]);
  if (!top) return null;
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <ModalView key={top.id} view={top} depth={views.length - 1} />
      </Dialog.Portal>
    </Dialog.Root>
  );
}
