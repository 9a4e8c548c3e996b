import { unixOf, wallDate, wallTime } from "../lib/dates";
import { now as byWorkspace } from "../lib/time";
import { useTz } from "../store";
import { useChange } from "./Choices";
import { ariaOf, type ControlProps } from "./Control";

const labelOf = (props: ControlProps, fallback: string) =>
  props.input ? undefined : props.el.placeholder?.text ?? props.el.accessibility_label ?? fallback;

export function DatePicker(props: ControlProps) {
  const { el, input } = props;
  const { now, put, dialog } = useChange(props);
  return (
    <>
      <input type="date" className="field field-date" aria-label={labelOf(props, "Date")} {...ariaOf(input)} value={now?.selected_date ?? ""} data-action-id={el.action_id}
        onChange={(event) => put({ type: el.type, selected_date: event.target.value || null })} />
      {dialog}
    </>
  );
}

export function TimePicker(props: ControlProps) {
  const { el, input } = props;
  const { now, put, dialog } = useChange(props);
  return (
    <>
      <input type="time" className="field field-date" aria-label={labelOf(props, "Time")} {...ariaOf(input)} value={now?.selected_time ?? ""} data-action-id={el.action_id}
        onChange={(event) => put({ type: el.type, selected_time: event.target.value || null })} />
      {dialog}
    </>
  );
}

/** A moment, asked for in the member's own zone. */
export function DateTimePicker(props: ControlProps) {
  const { el, input } = props;
  const { now, put, dialog } = useChange(props);
  const tz = useTz();
  const moment: number | null = now?.selected_date_time ?? null;
  const date = moment === null ? "" : wallDate(moment, tz);
  const time = moment === null ? "" : wallTime(moment, tz);
  const set = (day: string, hour: string) => put({ type: el.type, selected_date_time: day ? unixOf(day, hour || "09:00", tz) : null });
  return (
    <span className="datetime" {...ariaOf(input && { ...input, required: false })}>
      <input type="date" className="field field-date" aria-label="Date" value={date} data-action-id={el.action_id} onChange={(event) => set(event.target.value, time)} />
      <input type="time" className="field field-date" aria-label={`Time (${tz})`} value={time} onChange={(event) => set(date || wallDate(byWorkspace() / 1000, tz), event.target.value)} />
      <small className="muted">{tz}</small>
      {dialog}
    </span>
  );
}
