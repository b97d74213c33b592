/**
 * Text from an envelope is written by strangers. What could move the cursor, hide or reorder text
 * on a terminal is shown as an escape: control characters, line ends, bidirectional and invisible
 * format characters, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with everything unsafe written as `\u{..}`, and backslashes doubled. One line. */
export function printable(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** JSON whose strings hold no unsafe characters either; they are written as `\uXXXX`. */
export function safeJson(value: unknown, indent = 2): string {
  const text = JSON.stringify(
    value,
    (_, item) => (typeof item === "bigint" ? item.toString() : item),
    indent,
  );
  return text.replace(UNSAFE, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()]
          .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}
