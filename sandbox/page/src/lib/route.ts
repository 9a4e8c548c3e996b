// Addresses of the page: /archives/C1/p1700000000000100?as=U1, as Slack's own permalinks are formed.
export interface Route { as?: string; channel?: string; ts?: string; thread?: string; home?: boolean }

export function readRoute(): Route {
  const query = new URLSearchParams(location.search);
  const [, channel, point] = /^\/archives\/([A-Z0-9]+)(?:\/p(\d{7,}))?/.exec(location.pathname) ?? [];
  return {
    as: query.get("as") ?? undefined,
    channel,
    ts: point ? `${point.slice(0, -6)}.${point.slice(-6)}` : undefined,
    thread: query.get("thread_ts") ?? undefined,
    home: query.get("tab") === "home",
  };
}

export function writeRoute(route: Route, replace = false): void {
  const query = new URLSearchParams();
  if (route.as) query.set("as", route.as);
  if (route.thread) query.set("thread_ts", route.thread);
  if (route.home) query.set("tab", "home");
  const path = route.channel && !route.home ? `/archives/${route.channel}${route.ts ? `/p${route.ts.replace(".", "")}` : ""}` : "/";
  const address = `${path}${query.size ? `?${query}` : ""}`;
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}
