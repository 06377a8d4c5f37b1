/** Every word the page shows, in やさしい日本語. */

import { ja, type Words } from "./ja.ts";

export const jaSimple: Words = ja;
