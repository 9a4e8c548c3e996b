// A control that somebody points at stays where it is while messages come in, so that a click hits what was aimed at.
import { type RefObject, useEffect, useMemo, useRef } from "react";

const CONTROLS = "button, a, input, textarea, select, [role=combobox]";

export interface Aim {
  /** Put what is pointed at back where it was before the list changed; false when nothing is pointed at. */
  keep: () => boolean;
}

/** Watch what is pointed at in a list; `over` is called once the pointer has left it. */
export function useAim(box: RefObject<HTMLDivElement | null>, over: () => void): Aim {
  const at = useRef<{ control: Element; top: number }>(undefined);
  const left = useRef(over);
  left.current = over;
  useEffect(() => {
    const element = box.current!;
    const look = (event: Event) => {
      const control = (event.target as Element).closest(CONTROLS);
      const before = at.current;
      at.current = control && element.contains(control) ? { control, top: control.getBoundingClientRect().top } : undefined;
      if (before && !at.current) left.current();
    };
    const leave = () => { if (at.current) { at.current = undefined; left.current(); } };
    const scrolled = () => { if (at.current) at.current.top = at.current.control.getBoundingClientRect().top; };
    element.addEventListener("pointerover", look);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => { element.removeEventListener("pointerover", look); element.removeEventListener("pointerleave", leave); element.removeEventListener("scroll", scrolled); };
  }, []);
  return useMemo(() => ({
    keep: () => {
      const aimed = at.current;
      if (!aimed?.control.isConnected) { at.current = undefined; return false; }
      const moved = aimed.control.getBoundingClientRect().top - aimed.top;
      if (moved) box.current!.scrollTop += moved;
      return true;
    },
  }), []);
}
