import { child, list, memberName, type Node, nameOf, type Report } from "./ast.js";
import type { Names } from "./scope.js";

const words = (text: string): Set<string> => new Set(text.split(/\s+/));

/** Names that JavaScript, browsers or Node define and the boards do not. */
const ABSENT = words(`Map Set WeakMap WeakSet WeakRef FinalizationRegistry Symbol Proxy Reflect
  BigInt BigInt64Array BigUint64Array Float16Array Intl Iterator Atomics SharedArrayBuffer
  WebAssembly RangeError URIError EvalError AggregateError DOMException TextEncoder TextDecoder
  queueMicrotask structuredClone setImmediate clearImmediate requestAnimationFrame encodeURI
  decodeURI escape unescape URL URLSearchParams fetch AbortController performance Buffer crypto
  module exports window self document navigator localStorage XMLHttpRequest WebSocket Event
  EventTarget Blob`);

const TYPED = words(`Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Uint24Array
  Int32Array Uint32Array Float32Array Float64Array`);

/** Everything that the built-in objects do have. */
const PRESENT = new Map(
  Object.entries({
    Math: `abs acos asin atan atan2 ceil clip cos exp floor log max min pow randInt random round
      sign sin sqrt tan wrap PI E LN2 LN10 SQRT2 SQRT1_2 LOG2E LOG10E`,
    Number: "MAX_VALUE MIN_VALUE NaN POSITIVE_INFINITY NEGATIVE_INFINITY",
    Object: `assign create defineProperties defineProperty entries fromEntries
      getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys
      setPrototypeOf values`,
    String: "fromCharCode",
    Array: "isArray",
    ArrayBuffer: "",
    Promise: "all reject resolve",
    Date: "now parse",
    JSON: "parse stringify",
    RegExp: "",
    Function: "",
    Boolean: "",
    Error: "",
    console: "debug error info log trace warn",
    process: "env memory on version",
  }).map(([name, members]) => [name, words(members)]),
);
for (const name of TYPED) PRESENT.set(name, new Set());
const ON_EVERY_FUNCTION = words("apply bind call prototype");

/** Methods that no object on the board has, unless the program defines one of that name. */
const METHODS = words(`at codePointAt normalize search matchAll trimStart trimEnd trimLeft trimRight
  toLocaleUpperCase toLocaleLowerCase isWellFormed toWellFormed localeCompare copyWithin toSorted
  toReversed toSpliced findLast findLastIndex toLocaleString toLocaleDateString toLocaleTimeString
  reduceRight flat flatMap keys entries values toPrecision toExponential finally isPrototypeOf
  propertyIsEnumerable __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__
  getBigInt64 getBigUint64 setBigInt64 setBigUint64`);

const INSTEAD = new Map(
  Object.entries({
    "Math.trunc": "x < 0 ? Math.ceil(x) : Math.floor(x), or x | 0 below 2^31",
    "Math.imul": "split the factors into 16-bit halves",
    "Math.hypot": "Math.sqrt(x * x + y * y)",
    "Math.log2": "Math.log(x) / Math.LN2",
    "Math.log10": "Math.log(x) / Math.LN10",
    "Number.isInteger": "Math.floor(x) === x",
    "Number.isNaN": "x !== x",
    "Number.isFinite": "isFinite(x)",
    "Number.MAX_SAFE_INTEGER": "9007199254740991",
    "Number.parseInt": "parseInt",
    "Number.parseFloat": "parseFloat",
    "Array.from": "[].slice.call(x), or a loop",
    "Array.of": "an array literal",
    "Object.freeze": "const, and leave the object alone",
    "Object.is": "===",
    "Object.hasOwn": "o.hasOwnProperty(key)",
    "String.raw": "an ordinary string",
    "String.fromCodePoint": "String.fromCharCode with values up to 255",
    at: "x[x.length - 1]",
    flat: "a loop with push",
    flatMap: "a loop with push",
    codePointAt: "charCodeAt",
    trimStart: "trim",
    trimEnd: "trim",
    copyWithin: "set(x.subarray(from, to), at)",
    search: "match, or indexOf",
    matchAll: "exec in a loop",
    localeCompare: "< and >",
    toPrecision: "toFixed",
    finally: "the same function in then and catch",
    keys: "Object.keys(x), or a loop",
    values: "Object.values(x), or a loop",
    entries: "Object.entries(x), or a loop",
    __defineGetter__: "Object.defineProperty",
    Map: "an object made by Object.create(null)",
    Set: "an object with true as every value",
    WeakMap: "a field of the object (# names need it too: use private and a leading _)",
    BigInt: "numbers up to 2^53, or a Uint8Array",
    TextEncoder: "E.toUint8Array(text)",
    TextDecoder: "E.toString(bytes)",
    RangeError: "Error",
    Buffer: "Uint8Array",
    crypto: 'require("crypto")',
    structuredClone: "JSON.parse(JSON.stringify(x))",
    queueMicrotask: "setTimeout(f, 0)",
    setImmediate: "setTimeout(f, 0)",
    nextTick: "setTimeout(f, 0)",
  }),
);

const absent = (what: string, key = what): string => {
  const instead = INSTEAD.get(key);
  return `the boards have no ${what}${instead ? `: write ${instead}` : ""}`;
};

/** Names, built-in members and methods that the boards lack. */
export function checkBuiltins(names: Names, report: Report): void {
  for (const reference of names.references) {
    if (reference.binding || !ABSENT.has(reference.name)) continue;
    if (isTypeof(names, reference.node)) continue;
    report(reference.node, "missing-global", absent(reference.name));
  }
  for (const node of names.tree.nodes) {
    if (node.type === "MemberExpression") {
      checkStatic(names, node, report);
      checkMethod(names, node, report);
    }
  }
}

const isTypeof = (names: Names, node: Node): boolean => {
  const parent = names.tree.parent(node);
  return parent?.type === "UnaryExpression" && parent.operator === "typeof";
};

/** `Math.trunc`, `Array.prototype.slice` and the like. */
function checkStatic(names: Names, node: Node, report: Report): void {
  const object = child(node, "object");
  const owner = nameOf(object);
  const member = memberName(node);
  if (owner === undefined || member === undefined || !names.isFree(object)) return;
  const present = PRESENT.get(owner);
  if (!present || isTypeof(names, node)) return;
  if (member === "prototype") {
    checkPrototype(names, node, owner, report);
  } else if (!present.has(member) && !ON_EVERY_FUNCTION.has(member) && !isTarget(names, node)) {
    report(node, "missing-builtin", absent(`${owner}.${member}`));
  }
}

/** Built-in methods exist on instances only; what the program puts on a prototype works. */
function checkPrototype(names: Names, node: Node, owner: string, report: Report): void {
  const parent = names.tree.parent(node);
  const member = memberName(parent);
  if (!parent || member === undefined || child(parent, "object") !== node) return;
  if (owner === "Object" || names.members.has(member) || isTarget(names, parent)) return;
  const instead =
    owner === "Array" ? `write [].${member}` : `call ${member} on a value of that type`;
  report(node, "builtin-prototype", `${owner}.prototype holds no built-in methods: ${instead}`);
}

const isTarget = (names: Names, node: Node): boolean => {
  const parent = names.tree.parent(node);
  return parent?.type === "AssignmentExpression" && child(parent, "left") === node;
};

function checkMethod(names: Names, node: Node, report: Report): void {
  const call = names.tree.parent(node);
  const member = memberName(node);
  if (member === undefined || call?.type !== "CallExpression" || child(call, "callee") !== node) {
    return;
  }
  const object = child(node, "object");
  if (METHODS.has(member) && !names.members.has(member)) {
    if (PRESENT.has(nameOf(object) ?? "") && names.isFree(object)) return;
    report(node, "missing-method", absent(`.${member}()`, member));
    return;
  }
  const kind = kindOf(names, object);
  if (member === "slice" && kind === "typed") {
    const message =
      "slice of a typed array gives a plain array: write new Uint8Array(x.subarray(from, to))";
    report(node, "typed-slice", message);
  } else if (member === "slice" && kind === "buffer") {
    report(node, "missing-method", absent("ArrayBuffer slice"));
  } else if (member === "lastIndexOf" && kind) {
    report(node, "missing-method", "arrays have no lastIndexOf: write a loop from the end");
  }
}

/** What a value is, as far as the text tells. */
function kindOf(names: Names, node: Node | undefined): "array" | "typed" | "buffer" | undefined {
  const value = names.valueOf(node);
  if (value?.type === "ArrayExpression") return "array";
  const callee = value && child(value, "callee");
  if (value?.type === "NewExpression" && callee && names.isFree(callee)) {
    const made = nameOf(callee) ?? "";
    if (TYPED.has(made)) return "typed";
    if (made === "ArrayBuffer") return "buffer";
    if (made === "Array") return "array";
  }
  if (value?.type === "CallExpression" && memberName(callee) === "subarray") return "typed";
  if (value?.type === "MemberExpression" && memberName(value) === "buffer") {
    return kindOf(names, child(value, "object")) === "typed" ? "buffer" : undefined;
  }
  return undefined;
}

/** The pattern and flags of `/…/` and `new RegExp("…")`. */
export function regexOf(node: Node): [pattern: string, flags: string] | undefined {
  const regex = node.regex as { pattern: string; flags: string } | undefined;
  if (node.type === "Literal" && regex) return [regex.pattern, regex.flags];
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return undefined;
  if (nameOf(child(node, "callee")) !== "RegExp") return undefined;
  const [pattern, flags] = list(node, "arguments").map((each) => each.value);
  return typeof pattern === "string"
    ? [pattern, typeof flags === "string" ? flags : ""]
    : undefined;
}
