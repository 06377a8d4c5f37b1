import type { Language } from "../../mode.ts";
import { en } from "./en.ts";
import { ja, type Words } from "./ja.ts";

export type { Words };

export const words: Record<Language, Words> = { ja, en };
