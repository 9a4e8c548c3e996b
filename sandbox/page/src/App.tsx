import { useEffect } from "react";
import { AppHome } from "./components/AppHome";
import { ChannelView } from "./components/ChannelView";
import { Finder } from "./components/Finder";
import { Inspector } from "./components/Inspector";
import { Modals } from "./components/Modals";
import { Sidebar } from "./components/Sidebar";
import { ThreadPane } from "./components/ThreadPane";
import { TopBar } from "./components/TopBar";
import { listen } from "./live";
import { boot, followRoute, get, markRead, set, useStore } from "./store";

function useLife() {
  const me = useStore((s) => s.me);
  useEffect(() => {
    set({ inspector: Boolean(localStorage.getItem("inspector")) });
    void boot();
    const back = () => void followRoute();
    const seen = () => { const at = get(); if (document.visibilityState === "visible" && at.channel && !at.home) void markRead(at.channel); };
    window.addEventListener("popstate", back);
    document.addEventListener("visibilitychange", seen);
    return () => { window.removeEventListener("popstate", back); document.removeEventListener("visibilitychange", seen); };
  }, []);
  useEffect(() => (me ? listen(me) : undefined), [me]);
}

export function App() {
  useLife();
  const { workspace, failure, home, thread, inspector, channels } = useStore((s) => s);
  const unread = channels.reduce((sum, c) => sum + (c.unread ?? 0), 0);
  useEffect(() => { document.title = `${unread ? `(${unread}) ` : ""}${workspace ? `${workspace.team.name} · ` : ""}Local workspace`; }, [unread, workspace]);
  if (failure && !workspace) return (
    <div className="full"><h1>The local workspace does not answer</h1><p>{failure}</p><button type="button" className="button button-primary" onClick={() => void boot()}>Try again</button></div>
  );
  if (!workspace) return <div className="full" role="status"><span className="spinner big" aria-hidden /> Opening the local workspace…</div>;
  return (
    <div className={`app ${thread && !home ? "with-thread" : ""} ${inspector ? "with-inspector" : ""}`}>
      <TopBar />
      <Sidebar />
      {home ? <AppHome /> : <ChannelView />}
      {thread && !home && <ThreadPane key={`${thread.channel}/${thread.ts}`} />}
      {inspector && <Inspector />}
      <Modals />
      <Finder />
    </div>
  );
}
