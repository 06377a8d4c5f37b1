/** What was looked at last, so that somebody without a connection gets back to what was kept of it. */

const KEY = "machinaka.last";

export function rememberArea(query: string): void {
  try {
    localStorage.setItem(KEY, query);
  } catch {
    // Storage may be forbidden; then there is no last area.
  }
}

export function lastArea(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
