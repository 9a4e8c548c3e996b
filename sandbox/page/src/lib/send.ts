import { api } from "../api";
import { get, refreshMessages, refreshThread, set } from "../store";
import type { Message } from "../types";
import type { Upload } from "./files";
import { escape } from "./mrkdwn";
import { now } from "./time";

/** A note that only this page shows, as Slackbot would tell the sender. */
export function note(channel: string, text: string, thread?: string, notice: Message["notice"] = "error"): void {
  const ts = (now() / 1000).toFixed(6);
  set((s) => ({ notices: [...s.notices, { ts, channel, text, thread_ts: thread, ephemeral: true, notice }] }));
}

const COMMAND_ERRORS: Record<string, string> = {
  operation_timeout: "the app did not answer within 3 seconds (`operation_timeout`).",
  dispatch_failed: "the app could not be reached (`dispatch_failed`). Is the bot running?",
  http_client_error: "the app refused the request (`http_client_error`).",
  http_service_error: "the app failed (`http_service_error`).",
  unknown_command: "there is no such command. Type `/` to see the commands there are.",
  command_not_found: "there is no such command. Type `/` to see the commands there are.",
};

async function command(channel: string, text: string): Promise<void> {
  const name = escape(text.split(/\s/)[0]!);
  const { workspace, me } = get();
  if (!workspace!.app.commands.some((one) => one.command === text.split(/\s/)[0])) {
    return note(channel, `\`${name}\` failed: ${COMMAND_ERRORS.unknown_command}`);
  }
  try {
    const result = await api.command(me, channel, text);
    if (!result.ok) note(channel, `\`${name}\` failed: ${COMMAND_ERRORS[result.error ?? ""] ?? `\`${escape(result.error ?? String(result.status))}\``}`);
  } catch (wrong) {
    note(channel, `\`${name}\` failed: ${escape(wrong instanceof Error ? wrong.message : String(wrong))}`);
  }
}

/** Send what was typed: a command, or a message with its files. False when it has to be typed again. */
export async function send(channel: string, text: string, files: Upload[], thread?: string): Promise<boolean> {
  const { me } = get();
  if (text.startsWith("/") && !files.length) {
    if (thread) {
      note(channel, "Slash commands cannot be used in threads. Type it in the channel instead.", thread);
      return false;
    }
    await command(channel, text);
    return true;
  }
  try {
    await api.say(me, channel, text, { thread_ts: thread, files: files.length ? files : undefined });
    await (thread ? refreshThread() : refreshMessages(channel));
    return true;
  } catch (wrong) {
    note(channel, `Your message was not sent: ${escape(wrong instanceof Error ? wrong.message : String(wrong))}`, thread);
    return false;
  }
}
