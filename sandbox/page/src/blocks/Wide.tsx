import { type ReactNode, useEffect, useRef, useState } from "react";

const MOST_HELD = 0.45; // of the place's width

/** What may be wider than its place: it scrolls, and fades at a side where there is more. A narrow first column stays. */
export function Wide({ label, children }: { label?: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState("");
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const element = box.current!;
    const look = () => {
      const rest = element.scrollWidth - element.clientWidth - element.scrollLeft;
      setHeld((element.querySelector<HTMLElement>("tr > *")?.offsetWidth ?? Infinity) < element.clientWidth * MOST_HELD);
      setMore([element.scrollLeft > 1 && "left", rest > 1 && "right"].filter(Boolean).join(" "));
    };
    const grown = new ResizeObserver(look);
    grown.observe(element);
    if (element.firstElementChild) grown.observe(element.firstElementChild);
    element.addEventListener("scroll", look, { passive: true });
    return () => { element.removeEventListener("scroll", look); grown.disconnect(); };
  }, []);
  return <div ref={box} className="table-scroll" data-more={more || undefined} data-held={held || undefined} tabIndex={0} role="region" aria-label={label}>{children}</div>;
}
