import type { Element, ElementValue } from "../types";

/** The value a control starts with, in the shape of `view.state.values`. */
export function initialValue(el: Element): ElementValue {
  const type = el.type;
  switch (type) {
    case "checkboxes": return { type, selected_options: el.initial_options ?? [] };
    case "radio_buttons":
    case "static_select":
    case "external_select": return { type, selected_option: el.initial_option ?? null };
    case "multi_static_select":
    case "multi_external_select": return { type, selected_options: el.initial_options ?? [] };
    case "users_select": return { type, selected_user: el.initial_user ?? null };
    case "multi_users_select": return { type, selected_users: el.initial_users ?? [] };
    case "channels_select": return { type, selected_channel: el.initial_channel ?? null };
    case "multi_channels_select": return { type, selected_channels: el.initial_channels ?? [] };
    case "conversations_select": return { type, selected_conversation: el.initial_conversation ?? null };
    case "multi_conversations_select": return { type, selected_conversations: el.initial_conversations ?? [] };
    case "datepicker": return { type, selected_date: el.initial_date ?? null };
    case "timepicker": return { type, selected_time: el.initial_time ?? null };
    case "datetimepicker": return { type, selected_date_time: el.initial_date_time ?? null };
    case "rich_text_input": return { type, rich_text_value: el.initial_value ?? null };
    case "file_input": return { type, files: [] };
    default: return { type, value: el.initial_value ?? null };
  }
}

/** Whether nothing has been chosen or typed. */
export function isEmpty(value: ElementValue | undefined): boolean {
  if (!value) return true;
  return Object.entries(value).every(([key, part]) => key === "type" || part == null || part === "" || (Array.isArray(part) && !part.length));
}
