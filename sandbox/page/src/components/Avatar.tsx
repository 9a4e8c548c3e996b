import { Bot } from "lucide-react";
import { useStore } from "../store";
import type { User } from "../types";

const initials = (user: User) => (user.real_name || user.name).split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();

/** A darker shade of the member's colour, so that white letters on it can be read. */
const shade = (hex: string) => `color-mix(in srgb, ${/^#[0-9a-f]{3,8}$/i.test(hex) ? hex : "#4d5b6a"} 72%, #10151c)`;

export function Avatar({ id, size = 36, app = false }: { id?: string; size?: number; app?: boolean }) {
  const user = useStore((s) => s.workspace?.users.find((one) => one.id === id));
  const bot = useStore((s) => app || s.workspace?.app.bot_user_id === id);
  const style = { width: size, height: size, fontSize: size * 0.4, background: bot ? "#16324f" : shade(user?.avatar_color ?? "") };
  return <span className="avatar" style={style} aria-hidden>{bot ? <Bot size={size * 0.62} /> : user ? initials(user) : "?"}</span>;
}
