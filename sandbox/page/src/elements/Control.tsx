// Every interactive element of Block Kit, live: it keeps its value and, where it acts, tells the bot.
import { Invalid } from "../blocks/Blocks";
import { Picture } from "../blocks/Simple";
import type { Element } from "../types";
import { ButtonElement } from "./Button";
import { Checkboxes, Radios } from "./Choices";
import { DatePicker, DateTimePicker, TimePicker } from "./Dates";
import { FileInput } from "./FileInput";
import { Overflow } from "./Overflow";
import { RichInput } from "./RichInput";
import { Select } from "./Select";
import { TextInput } from "./TextInput";

/** What an input block tells its control about labels and errors. */
export interface InputProps { id: string; labelledBy: string; describedBy?: string; required: boolean; invalid: boolean }
export interface ControlProps { el: Element; blockId: string; acts: boolean; input?: InputProps }

export const ariaOf = (input?: InputProps) => ({
  id: input?.id, "aria-describedby": input?.describedBy, "aria-invalid": input?.invalid || undefined, "aria-required": input?.required || undefined,
});

export function Control(props: ControlProps) {
  const { el } = props;
  switch (el?.type) {
    case "button":
    case "workflow_button": return <ButtonElement {...props} />;
    case "overflow": return <Overflow {...props} />;
    case "checkboxes": return <Checkboxes {...props} />;
    case "radio_buttons": return <Radios {...props} />;
    case "datepicker": return <DatePicker {...props} />;
    case "timepicker": return <TimePicker {...props} />;
    case "datetimepicker": return <DateTimePicker {...props} />;
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input": return <TextInput {...props} />;
    case "rich_text_input": return <RichInput {...props} />;
    case "file_input": return <FileInput {...props} />;
    case "image": return <Picture image={el} className="accessory-image" />;
    default: return /_select$/.test(el?.type ?? "") ? <Select {...props} /> : <Invalid block={el} reason={`there is no element of type "${el?.type}"`} />;
  }
}
