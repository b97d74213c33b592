/** Values as Espruino's `print` and its console show them; long ones are not broken into lines. */
export function show(value: unknown): string {
  return typeof value === "string" ? value : inner(value, 0);
}

function inner(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "function () { ... }";
  if (typeof value !== "object" || value === null) return String(value);
  if ("stack" in value && "message" in value) return String(value);
  if (depth > 5) return "...";
  const list = (items: Iterable<unknown>) =>
    Array.from(items, (item) => inner(item, depth + 1)).join(", ");
  if (ArrayBuffer.isView(value)) {
    const kind = (value as object).constructor.name;
    return `new ${kind}([${list(value as unknown as Iterable<number>)}])`;
  }
  if (Array.isArray(value)) return value.length ? `[ ${list(value)} ]` : "[  ]";
  const members = Object.keys(value).map(
    (key) => `${JSON.stringify(key)}: ${inner((value as Record<string, unknown>)[key], depth + 1)}`,
  );
  return members.length ? `{ ${members.join(", ")} }` : "{  }";
}
