import { useMemo } from "react";
import { Blocks } from "../blocks/Blocks";
import { openHome, useStore } from "../store";
import { Avatar } from "./Avatar";
import { openAppMessages } from "./Sidebar";

export function AppTabs({ tab }: { tab: "home" | "messages" }) {
  return (
    <nav className="tabs" aria-label="App">
      <button type="button" aria-current={tab === "home" ? "page" : undefined} onClick={() => void openHome()}>Home</button>
      <button type="button" aria-current={tab === "messages" ? "page" : undefined} onClick={() => void openAppMessages()}>Messages</button>
    </nav>
  );
}

export function AppHome() {
  const view = useStore((s) => s.homeView);
  const app = useStore((s) => s.workspace!.app);
  const where = useMemo(() => ({ kind: "home" as const, view_id: view?.id }), [view?.id]);
  return (
    <main className="main" aria-label={`${app.name} Home`}>
      <header className="pane-head"><h1><Avatar id={app.bot_user_id} size={24} app /><span>{app.name}</span></h1><AppTabs tab="home" /></header>
      <div className="home-scroll">
        {view ? <div className="home"><Blocks blocks={view.blocks} where={where} /></div> : (
          <div className="start"><h2>{app.name} has not set up this Home yet</h2><p className="muted">What the app publishes for you with <code>views.publish</code> shows here.</p></div>
        )}
      </div>
    </main>
  );
}
