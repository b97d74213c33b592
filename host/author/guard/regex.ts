/**
 * What the boards' regular expressions lack. They fail silently: the expression matches something
 * else, or nothing, so every use is refused.
 */
const ADVICE = "split the test, or search with indexOf and charCodeAt";

/** The reasons for which a pattern is refused, each as a rule and a sentence. */
export function checkRegex(pattern: string, flags: string): [rule: string, message: string][] {
  const found = new Map<string, string>();
  const add = (rule: string, what: string) => {
    if (!found.has(rule)) found.set(rule, `regular expressions have no ${what}: ${ADVICE}`);
  };
  for (const flag of flags) if (!"giy".includes(flag)) add("regex-flag", `flag "${flag}"`);

  let depth = 0;
  let isAlternative = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === "\\") {
      checkEscape(pattern[++at] ?? "", add);
    } else if (char === "[") {
      at = checkClass(pattern, at, add);
    } else if (char === "(") {
      if (depth++) add("regex-group", "groups inside groups");
      if (pattern[at + 1] === "?") {
        const kind = /^\?(?:<?[=!]|:|<)/.exec(pattern.slice(at + 1))?.[0] ?? "?";
        if (kind === "?:") add("regex-group", "non-capturing groups");
        else if (kind === "?<") add("regex-group", "named groups");
        else add("regex-look", "lookahead or lookbehind");
        at += kind.length;
      }
    } else if (char === ")") {
      depth--;
      if ("*+?{".includes(pattern[at + 1] ?? " ")) add("regex-quantifier", "repeated groups");
    } else if (char === "?") {
      const isLazy = at > 0 && "*+?}".includes(pattern[at - 1]);
      add("regex-quantifier", isLazy ? "lazy quantifiers" : '"?" (at most one)');
    } else if (char === "{" && /^\{\d+(?:,\d*)?\}/.test(pattern.slice(at))) {
      add("regex-quantifier", "{n,m} quantifiers");
    } else if (char === "|" && depth === 0) {
      isAlternative = true;
    }
  }
  if (isAlternative && /^\^|\|\^/.test(pattern)) {
    add("regex-alternation", "^ beside a | outside a group");
  }
  return [...found];
}

type Add = (rule: string, what: string) => void;

function checkEscape(char: string, add: Add): void {
  if (/[1-9k]/.test(char)) add("regex-escape", `backreferences (\\${char})`);
  else if (/[bBpPuc]/.test(char)) add("regex-escape", `\\${char}`);
}

/** Walks over `[...]` and returns the offset of its end. */
function checkClass(pattern: string, start: number, add: Add): number {
  let at = start + 1;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    if (pattern[at] === "/") add("regex-class", '"/" in [...] (write \\/)');
    if (pattern[at] === "\\") {
      at++;
      if (/[uUpPc]/.test(pattern[at])) add("regex-escape", `\\${pattern[at]}`);
    }
  }
  return at;
}
