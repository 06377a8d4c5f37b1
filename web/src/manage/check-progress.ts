/** How far the server is with checking a file, told while somebody waits for the answer. */

import type { Check } from "./answers.ts";
import type { ManageApi } from "./api.ts";

/** Small files are checked before anybody could read how far they are. */
const EVERY = 700;

/** Tells until the function that is returned is called. What cannot be asked is not told. */
export function follow(api: ManageApi, isMeant: (check: Check) => boolean, tell: (check: Check) => void): () => void {
  const asking = new AbortController();
  let timer = setTimeout(ask, EVERY);
  async function ask(): Promise<void> {
    try {
      const check = (await api.checks(asking.signal)).find(isMeant);
      if (check && !asking.signal.aborted) tell(check);
    } catch {
      // The answer that is waited for says what is wrong.
    }
    if (!asking.signal.aborted) timer = setTimeout(ask, EVERY);
  }
  return () => {
    asking.abort();
    clearTimeout(timer);
  };
}

/** Rows done of all that there are to do: each is read, and then compared. Null while nobody knows. */
export function share({ state, rows, done }: Check): { done: number; of: number } | null {
  if (state === "waiting" || rows === null) return null;
  return { done: state === "reading" ? done : rows + done, of: 2 * rows };
}
