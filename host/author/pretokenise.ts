/**
 * Espruino's compact form of a program: what its interpreter makes of source text one token at a time,
 * made once on the host instead (Espruino 2v21 and later; src/jslex.h fixes the numbers). Reserved words
 * and operators become single bytes, strings and larger numbers their raw value. It runs as it is, in
 * place from flash; a text in this form is still a program, only not ASCII.
 */
import { type Token, tokenizer } from "acorn";

/** Bytes from 0x8a on, in the interpreter's order. */
const TOKENS = [
  ..."== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= =>".split(" "),
  ..."if else do while for break continue function return var let const this throw try".split(" "),
  ..."catch finally true false null undefined new in instanceof switch case default".split(" "),
  ..."delete typeof void debugger class extends super static of".split(" "),
];
const FIRST = 0x8a;
const BYTE_OF = new Map(TOKENS.map((token, i) => [token, FIRST + i]));
BYTE_OF.set("??", 0xd0);
const RAW_STRING = 0xd1;
const RAW_LONG_STRING = 0xd2;
const RAW_ZERO = 0xd3;
const RAW_INT8 = 0xd4;
const RAW_INT16 = 0xd5;

const char = String.fromCharCode;
const isNameCharacter = (code: string) => /[A-Za-z0-9_$]/.test(code);

/** A string's raw form; empty strings and characters above 255 stay source. */
function rawString(value: string): string | undefined {
  if (value === "" || value.length > 0xffff || /[^\0-\xff]/.test(value)) return undefined;
  return value.length < 256
    ? char(RAW_STRING, value.length) + value
    : char(RAW_LONG_STRING, value.length & 255, value.length >> 8) + value;
}

/** A number's raw form, where that is shorter. */
function rawNumber(value: number, source: string): string | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 32767) return undefined;
  const raw =
    value === 0
      ? char(RAW_ZERO)
      : value < 128
        ? char(RAW_INT8, value)
        : char(RAW_INT16, value & 255, value >> 8);
  return raw.length < source.length ? raw : undefined;
}

function rawForm(token: Token, source: string): string {
  const { type, value } = token as Token & { value: unknown };
  if (type.label === "string") return rawString(value as string) ?? source;
  if (type.label === "num") return rawNumber(value as number, source) ?? source;
  const byte = BYTE_OF.get(source);
  return byte === undefined ? source : char(byte);
}

/**
 * Gives a program in the compact form, as bytes.
 *
 * @param code ASCII; template strings and regular expressions stay as they are
 */
export function pretokenise(code: string): Uint8Array {
  let result = "";
  let end = 0;
  for (const token of tokenizer(code, { ecmaVersion: 2020 })) {
    if (token.type.label === "eof") break;
    // Pieces of template strings come as several tokens: everything from ` to ` is taken over whole.
    if (token.start < end) continue;
    if (token.type.label === "`") {
      end = templateEnd(code, token.start);
      result += code.slice(token.start, end);
      continue;
    }
    const form = rawForm(token, code.slice(token.start, token.end));
    if (isNameCharacter(result.slice(-1)) && isNameCharacter(form[0])) result += " ";
    // `a+ +b` must not become `a++b`.
    else if (/[+-]/.test(form[0]) && result.endsWith(form[0])) result += " ";
    result += form;
    end = token.end;
  }
  return new Uint8Array(Buffer.from(result, "latin1"));
}

/** One past the end of the template string that starts at `at`. */
function templateEnd(code: string, at: number): number {
  let depth = 0;
  for (const token of tokenizer(code.slice(at), { ecmaVersion: 2020 })) {
    if (token.type.label === "`") {
      if (depth === 1) return at + token.end;
      depth++;
    } else if (token.type.label === "${") depth++;
    else if (token.type.label === "}") depth--;
  }
  throw new Error("a template string has no end");
}

/** Source text again, from the compact form; plain ASCII text comes back as it is. */
export function detokenise(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      result += text[i];
      continue;
    }
    const space = isNameCharacter(result.slice(-1)) ? " " : "";
    if (code === RAW_STRING || code === RAW_LONG_STRING) {
      const long = code === RAW_LONG_STRING;
      const size = text.charCodeAt(i + 1) + (long ? 256 * text.charCodeAt(i + 2) : 0);
      const start = i + (long ? 3 : 2);
      result += JSON.stringify(text.slice(start, start + size));
      i = start + size - 1;
    } else if (code === RAW_ZERO) result += `${space}0`;
    else if (code === RAW_INT8) result += space + text.charCodeAt(++i);
    else if (code === RAW_INT16) {
      result += space + (text.charCodeAt(i + 1) + 256 * text.charCodeAt(i + 2));
      i += 2;
    } else {
      const token = code === 0xd0 ? "??" : TOKENS[code - FIRST];
      if (token === undefined) throw new SyntaxError(`byte ${code} is no token`);
      result += space + token + (/[a-z]$/.test(token) ? " " : "");
    }
  }
  return result;
}
