import type { Language } from "../../mode.ts";
import { uploadEn } from "./upload-en.ts";
import { uploadJa, type UploadWords } from "./upload-ja.ts";

/** The words of handing in, mending, sending and deciding; so many that they are a file of their own. */
export function uploadWords(language: Language): UploadWords {
  return language === "en" ? uploadEn : uploadJa;
}
