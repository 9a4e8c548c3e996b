import { Activity, Check, ChevronDown, Menu, Monitor, Moon, Search, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { chooseTheme, chosenTheme, type Theme } from "../lib/theme";
import { set, switchMember, useStore } from "../store";
import { Avatar } from "./Avatar";

function MemberSwitch() {
  const workspace = useStore((s) => s.workspace)!;
  const me = useStore((s) => s.me);
  const people = workspace.users.filter((u) => u.id !== workspace.app.bot_user_id && !u.is_bot);
  const now = people.find((u) => u.id === me);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="member-switch" aria-label={`You are ${now?.real_name}. Switch member`}>
        <Avatar id={me} size={26} />
        <span className="member-text"><strong>{now?.real_name || now?.name}</strong><small>{now?.title}</small></span>
        <ChevronDown size={16} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu member-menu" align="end" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">Look through the eyes of</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={me} onValueChange={(id) => void switchMember(id)}>
            {people.map((user) => (
              <DropdownMenu.RadioItem key={user.id} value={user.id} className="menu-item member-item">
                <Avatar id={user.id} size={30} />
                <span className="grow"><strong>{user.real_name || user.name}</strong><small>{[user.title, user.tz].filter(Boolean).join(" · ")}</small></span>
                <DropdownMenu.ItemIndicator><Check size={16} /></DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const THEMES: [Theme, string, typeof Sun][] = [["system", "As this machine is set", Monitor], ["light", "Light", Sun], ["dark", "Dark", Moon]];

function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  const Icon = THEMES.find(([key]) => key === theme)![2];
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="top-button" aria-label="Light or dark" title="Light or dark"><Icon size={17} aria-hidden /></DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(chosen) => { chooseTheme(chosen as Theme); setTheme(chosen as Theme); }}>
            {THEMES.map(([key, name, Sign]) => (
              <DropdownMenu.RadioItem key={key} value={key} className="menu-item">
                <Sign size={16} aria-hidden /><span className="grow">{name}</span><DropdownMenu.ItemIndicator><Check size={16} /></DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function TopBar() {
  const { connection, inspector, faults } = useStore((s) => s);
  const toggle = () => {
    localStorage.setItem("inspector", inspector ? "" : "1");
    set({ inspector: !inspector });
  };
  return (
    <header className="topbar">
      <button type="button" className="top-button drawer-button" aria-label="Open the sidebar" onClick={() => set({ drawer: true })}><Menu size={20} /></button>
      <span className="brand"><img src="/favicon.svg" alt="" width={22} height={22} /><span>Local workspace</span></span>
      {connection === "lost" && <span className="connection" role="status">Reconnecting…</span>}
      <span className="grow" />
      <button type="button" className="top-button" aria-label="Find a channel or somebody" title="Find a channel or somebody (Ctrl+K)" onClick={() => set({ finder: true })}><Search size={17} aria-hidden /></button>
      <ThemeSwitch />
      <button type="button" className="top-button" aria-label={faults.length ? `Inspector, ${faults.length} ${faults.length === 1 ? "fault" : "faults"} on` : "Inspector"} aria-pressed={inspector} onClick={toggle} title="What the bot receives and asks for">
        <Activity size={17} aria-hidden /><span className="wide-only">Inspector</span>{faults.length > 0 && <span className="badge badge-warn">{faults.length}</span>}
      </button>
      <MemberSwitch />
    </header>
  );
}
