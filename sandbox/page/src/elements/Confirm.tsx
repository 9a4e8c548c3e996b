import { AlertDialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Plain, Text } from "../blocks/Text";
import type { ConfirmObject } from "../types";

/** Ask first when the element has a confirm object: `ask(work, undo)` and the dialog to draw. */
export function useConfirmed(confirm?: ConfirmObject): [(work: () => void, undo?: () => void) => void, ReactNode] {
  const [pending, setPending] = useState<{ work: () => void; undo?: () => void }>();
  const ask = (work: () => void, undo?: () => void) => (confirm ? setPending({ work, undo }) : work());
  const end = (go: boolean) => {
    if (go) pending?.work();
    else pending?.undo?.();
    setPending(undefined);
  };
  if (!confirm) return [ask, null];
  const dialog = (
    <AlertDialog.Root open={Boolean(pending)} onOpenChange={(open) => !open && pending && end(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="overlay" />
        <AlertDialog.Content className="dialog confirm">
          <AlertDialog.Title className="dialog-title"><Plain text={confirm.title} /></AlertDialog.Title>
          <AlertDialog.Description asChild><div><Text text={confirm.text} /></div></AlertDialog.Description>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => end(false)}><Plain text={confirm.deny} /></button>
            <button type="button" className={`button ${confirm.style === "danger" ? "button-danger" : "button-primary"}`} onClick={() => end(true)}><Plain text={confirm.confirm} /></button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
  return [ask, dialog];
}
