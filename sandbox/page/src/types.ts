// Shapes that cross the control API. Block Kit itself is drawn from loosely typed JSON on purpose: what a
// bot sends may be wrong, and the page has to show it as wrong rather than fail.
/* eslint-disable @typescript-eslint/no-explicit-any */
export type Json = any;

export interface Block { type: string; block_id?: string; [key: string]: Json }
export interface Element { type: string; action_id?: string; [key: string]: Json }
export interface TextObject { type: string; text: string; emoji?: boolean; verbatim?: boolean }
export interface Option { text: TextObject; value?: string; description?: TextObject; url?: string }
export interface OptionGroup { label: TextObject; options: Option[] }
export interface ConfirmObject { title: TextObject; text: TextObject; confirm: TextObject; deny: TextObject; style?: string }

export interface User {
  id: string; name: string; real_name: string; title?: string; email?: string; tz?: string;
  avatar_color?: string; is_admin?: boolean; is_bot?: boolean;
}
export interface Channel {
  id: string; name: string; topic?: string; is_private?: boolean; is_im?: boolean; is_archived?: boolean;
  user?: string; unread?: number; last_ts?: string; members?: string[];
}
export interface UserGroup { id: string; handle: string; name: string; users?: string[] }
export interface Command { command: string; description?: string; usage_hint?: string }
export interface AppInfo { id: string; name: string; bot_user_id: string; commands: Command[] }
export interface Workspace {
  team: { id: string; name: string; domain?: string };
  users: User[]; channels: Channel[]; usergroups: UserGroup[]; app: AppInfo;
  /** The workspace's time, in seconds since 1970. */
  now: number;
}

export interface FileInfo {
  id: string; name?: string; title?: string; mimetype?: string; size?: number; url_private?: string;
  permalink?: string;
}
export interface Reaction { name: string; count: number; users: string[] }
export interface Message {
  ts: string; thread_ts?: string; channel: string; user?: string; bot_id?: string; username?: string;
  text: string; blocks?: Block[]; attachments?: Json[]; edited?: Json; ephemeral?: boolean;
  reactions?: Reaction[]; reply_count?: number; reply_users?: string[]; latest_reply?: string;
  files?: FileInfo[]; metadata?: Json; permalink?: string; pinned?: boolean; subtype?: string;
  /** Set on notes that the page itself shows, such as a command that timed out. */
  notice?: "error" | "info";
}
export interface View {
  id: string; type: "modal" | "home"; title?: TextObject; submit?: TextObject; close?: TextObject;
  blocks: Block[]; hash?: string; callback_id?: string; private_metadata?: string; root_view_id?: string;
  [key: string]: Json;
}
export interface LogEntry {
  id: number; at: string | number; direction: "to_bot" | "from_bot"; kind: string; method?: string;
  status?: number | string; ms?: number; request?: Json; response?: Json; note?: string;
}
export interface Fault {
  id: string; method?: string; channel?: string; kind: string; times?: number; retry_after?: number;
  seconds?: number; error?: string; [key: string]: Json;
}
/** One element's value in the shape of Slack's `view.state.values`. */
export interface ElementValue { type: string; [key: string]: Json }
export type FormValues = Record<string, Record<string, ElementValue>>;
export interface ClickResult { ok: boolean; ms?: number; error?: string }
export interface OptionList { options?: Option[]; option_groups?: OptionGroup[] }
