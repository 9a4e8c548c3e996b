import type {
  Channel, ClickResult, Fault, FileInfo, FormValues, Json, LogEntry, Message, OptionList, View, Workspace,
} from "./types";

export class ApiError extends Error {}

async function call<T>(method: string, path: string, body?: Json): Promise<T> {
  const answer = await fetch(`/sandbox/${path}`, {
    method,
    headers: body === undefined ? undefined : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(data?.error ?? `${method} /sandbox/${path} answered ${answer.status}`);
  return data as T;
}

const get = <T>(path: string, query: Record<string, string | number | undefined> = {}) => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return call<T>("GET", text ? `${path}?${text}` : path);
};
const post = <T>(path: string, body: Json) => call<T>("POST", path, body);

export interface MessagePage { messages: Message[]; has_more: boolean }
export interface ClickBody {
  as: string; channel?: string; ts?: string; view_id?: string; action: Json; state?: { values: FormValues };
}
export interface SubmitResult extends ClickResult { response_action?: string; errors?: Record<string, string> }

export const api = {
  workspace: () => get<Workspace>("workspace"),
  channels: (as: string) => get<{ channels: Channel[] }>("channels", { as }),
  messages: (as: string, channel: string, more: { thread_ts?: string; limit?: number; before?: string } = {}) =>
    get<MessagePage>("messages", { as, channel, ...more }),
  read: (as: string, channel: string, ts: string) => post("read", { as, channel, ts }),
  say: (as: string, channel: string, text: string, more: { thread_ts?: string; files?: FileInfo[] | Json[] }) =>
    post<{ ok?: boolean; ts?: string }>("say", { as, channel, text, ...more }),
  react: (as: string, channel: string, ts: string, name: string, remove: boolean) =>
    post("react", { as, channel, ts, name, remove }),
  edit: (as: string, channel: string, ts: string, text: string) => post("edit", { as, channel, ts, text }),
  remove: (as: string, channel: string, ts: string) => post("delete", { as, channel, ts }),
  command: (as: string, channel: string, text: string) =>
    post<{ ok: boolean; status?: number; ms?: number; error?: string }>("command", { as, channel, text }),
  click: (body: ClickBody) => post<ClickResult>("click", body),
  views: (as: string) => get<{ stack: View[] }>("views", { as }),
  submit: (as: string, view_id: string, values: FormValues) => post<SubmitResult>("submit", { as, view_id, values }),
  close: (as: string, view_id: string, clear: boolean) => post("close", { as, view_id, clear }),
  options: (body: Json) => post<OptionList>("options", body),
  home: (as: string) => get<{ view: View | null }>("home", { as }),
  openHome: (as: string) => post("open_home", { as }),
  openDm: (as: string, other: string) => post<{ channel: string | Channel }>("open_dm", { as, with: other }),
  join: (user: string, channel: string, leave: boolean) => post("join", { user, channel, leave }),
  log: (after: number) => get<{ entries: LogEntry[] }>("log", { after }),
  faults: () => get<{ faults: Fault[] }>("faults"),
  addFault: (fault: Partial<Fault>) => post<{ id: string }>("faults", fault),
  dropFault: (id: string) => call("DELETE", `faults/${id}`),
  dropFaults: () => call("DELETE", "faults"),
};
