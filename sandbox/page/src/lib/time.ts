// The workspace's time. A demo or a test moves it against the wall, and "Today" is a day of the workspace.
let ahead = 0; // milliseconds

export const now = () => Date.now() + ahead;

/** Go by the workspace's clock, which shows this unix time at the moment. */
export function goBy(unix: number): void {
  if (Number.isFinite(unix)) ahead = unix * 1000 - Date.now();
}
