import { Command } from "cmdk";
import { Check, ChevronDown, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import { Plain } from "../blocks/Text";
import { useSurface } from "../blocks/surface";
import type { Option, OptionList } from "../types";
import { chosen, groupsOf, isExternal, isMulti, offered, valueOf } from "./selectable";
import { useChange } from "./Choices";
import { ariaOf, type ControlProps } from "./Control";

/** Options asked of the bot while typing, as external selects do. */
function useExternal({ el, blockId }: ControlProps, open: boolean, query: string) {
  const { options } = useSurface();
  const [list, setList] = useState<OptionList>({});
  const [state, setState] = useState<"idle" | "loading" | "failed">("idle");
  const least = el.min_query_length ?? 3;
  useEffect(() => {
    if (!open || !isExternal(el)) return;
    if (query.length < least) { setList({}); setState("idle"); return; }
    let current = true;
    setState("loading");
    const timer = setTimeout(() => options(blockId, el, query)
      .then((found) => { if (current) { setList(found); setState((found as { ok?: boolean }).ok === false ? "failed" : "idle"); } })
      .catch(() => current && setState("failed")), 200);
    return () => { current = false; clearTimeout(timer); };
  }, [open, query, el.action_id]);
  const hint = query.length < least ? `Type ${least - query.length} more character${least - query.length > 1 ? "s" : ""} to search` : "Nothing found";
  return { list, note: state === "loading" ? "Loading…" : state === "failed" ? "The app did not deliver options" : hint };
}

export function Select(props: ControlProps) {
  const { el, input } = props;
  const [open, setOpen] = useState(false);
  const { now, put, dialog } = useChange(props);
  const picked = chosen(el, now);
  const multi = isMulti(el);
  const most = el.max_selected_items ?? Infinity;
  const pick = (one: Option) => {
    if (!multi) { setOpen(false); put(valueOf(el, [one])); return; }
    const has = picked.some((p) => p.value === one.value);
    if (has) put(valueOf(el, picked.filter((p) => p.value !== one.value)));
    else if (picked.length < most) put(valueOf(el, [...picked, one]));
  };
  const label = picked.length ? picked.map((p) => p.text.text).join(", ") : el.placeholder?.text ?? "Choose…";
  return (
    <Popover.Root open={open} onOpenChange={setOpen} modal>
      <span className="select">
        <Popover.Trigger className={`field select-trigger ${picked.length ? "" : "placeholder"}`} {...ariaOf(input)} aria-required={undefined} role="combobox" aria-haspopup="listbox" aria-expanded={open} data-action-id={el.action_id}
          aria-label={input ? undefined : `${el.placeholder?.text ?? "Choose"}${picked.length ? `: ${label}` : ""}`}>
          {multi && picked.length ? <span className="chips">{picked.map((p) => <span className="chip" key={p.value}><Plain text={p.text} /></span>)}</span> : <span className="select-label"><Plain text={label} /></span>}
          <ChevronDown size={15} aria-hidden />
        </Popover.Trigger>
        {input && !input.required && picked.length > 0 && <button type="button" className="icon-button small" aria-label="Clear" onClick={() => put(valueOf(el, []))}><X size={14} /></button>}
      </span>
      <Popover.Portal>
        <Popover.Content className="popover" align="start" sideOffset={4} onOpenAutoFocus={(event) => { event.preventDefault(); (event.currentTarget as HTMLElement).querySelector("input")?.focus(); }}>
          <Choices {...props} open={open} picked={picked} pick={pick} />
          {multi && picked.length >= most && <p className="select-note">At most {most} can be chosen</p>}
        </Popover.Content>
      </Popover.Portal>
      {dialog}
    </Popover.Root>
  );
}

function Choices(props: ControlProps & { open: boolean; picked: Option[]; pick: (one: Option) => void }) {
  const [query, setQuery] = useState("");
  const outside = useExternal(props, props.open, query);
  const external = isExternal(props.el);
  const groups = groupsOf(external ? outside.list : offered(props.el));
  const item = (one: Option, key: string) => (
    <Command.Item key={key} value={key} keywords={[one.text.text, one.description?.text ?? ""]} className="menu-item" onSelect={() => props.pick(one)}>
      <Check size={14} aria-hidden style={{ visibility: props.picked.some((p) => p.value === one.value) ? "visible" : "hidden" }} />
      <span><Plain text={one.text} />{one.description && <small><Plain text={one.description} /></small>}</span>
    </Command.Item>
  );
  return (
    <Command shouldFilter={!external} label="Options" filter={(_, search, words) => ((words ?? []).join(" ").toLowerCase().includes(search.toLowerCase()) ? 1 : 0)}>
      <Command.Input className="select-search" placeholder="Search" value={query} onValueChange={setQuery} />
      <Command.List className="select-list">
        <Command.Empty className="select-note">{external ? outside.note : "Nothing found"}</Command.Empty>
        {groups.map((group, g) => group.label.text
          ? <Command.Group key={g} heading={group.label.text}>{group.options.map((one, i) => item(one, `${g}.${i}`))}</Command.Group>
          : group.options.map((one, i) => item(one, `${g}.${i}`)))}
      </Command.List>
    </Command>
  );
}
