/** Whether a text holds what somebody typed: width, case and the two kana make no difference, spaces separate words. */

export function fold(text: string): string {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      // Katakana lie at a fixed distance after hiragana.
      .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
  );
}

/** A test for texts that hold every word typed. Nothing typed is held by all. */
export function matcher(typed: string): (...texts: (string | null)[]) => boolean {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  return (...texts) => {
    const folded = fold(texts.filter((text) => text !== null).join("\n"));
    return words.every((word) => folded.includes(word));
  };
}
