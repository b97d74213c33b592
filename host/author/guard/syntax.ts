import {
  child,
  isClass,
  isFunction,
  keyName,
  list,
  memberName,
  type Node,
  nameOf,
  type Report,
  skipBlanks,
  type Tree,
} from "./ast.js";
import { regexOf } from "./builtins.js";
import { checkRegex } from "./regex.js";

const NO_ASYNC = "no async, await and generators: use promises with then";
const MODULES = "the image is one script: leave import and export to the bundler";

const FIELDS =
  "a class that extends another and has fields needs a constructor: constructor(a) { super(a); }";

/** Nodes that are refused wherever they stand. */
const REFUSED: Record<string, [rule: string, message: string]> = {
  ObjectPattern: ["destructuring", "no destructuring: read the properties one by one"],
  ArrayPattern: ["destructuring", "no destructuring: read the elements one by one"],
  AssignmentPattern: ["default-value", "no default values: test for undefined in the body"],
  RestElement: ["rest", "no rest parameters: use arguments in a function, or pass an array"],
  SpreadElement: ["spread", "no spread: use concat, Object.assign or f.apply"],
  LabeledStatement: ["label", "no labels: use a flag, or return from a function"],
  YieldExpression: ["generator", NO_ASYNC],
  AwaitExpression: ["async", NO_ASYNC],
  PrivateIdentifier: ["private-name", "no #names: use TypeScript's private and a leading _"],
  StaticBlock: ["static-block", "no static blocks: write the statements below the class"],
  ChainExpression: ["optional-chaining", "no ?. here: test for null first"],
  TaggedTemplateExpression: ["tagged-template", "no tagged templates: call a function"],
  WithStatement: ["with", "no with: use a variable"],
  DebuggerStatement: ["debugger", "debugger stops the board: remove it"],
  Decorator: ["decorator", "no decorators: call a function"],
  MetaProperty: ["meta-property", "no new.target and import.meta"],
  ImportDeclaration: ["module", MODULES],
  ImportExpression: ["module", MODULES],
  ExportNamedDeclaration: ["module", MODULES],
  ExportDefaultDeclaration: ["module", MODULES],
  ExportAllDeclaration: ["module", MODULES],
};

/** Words that are names in standard JavaScript and not on the boards. */
const RESERVED = new Set(["of", "static", "let"]);

export function checkSyntax(tree: Tree, code: string, report: Report): void {
  for (const node of tree.nodes) {
    const refused = REFUSED[node.type];
    if (refused) report(node, refused[0], isFieldsOnly(tree, node) ? FIELDS : refused[1]);
    if (isFunction(node)) checkFunction(node, report);
    checkOperator(tree, node, report);
    checkKey(tree, node, report);
    checkField(tree, node, report);
    checkLiteral(node, code, report);
    checkStatement(tree, node, code, report);
  }
}

/** `super(...arguments)`: what the compiler writes for fields of a class that extends another. */
const isFieldsOnly = (tree: Tree, node: Node): boolean => {
  const call = node.type === "SpreadElement" ? tree.parent(node) : undefined;
  return call !== undefined && child(call, "callee")?.type === "Super";
};

function checkFunction(node: Node, report: Report): void {
  if (node.async) report(node, "async", NO_ASYNC);
  if (node.generator) report(node, "generator", NO_ASYNC);
}

function checkOperator(tree: Tree, node: Node, report: Report): void {
  const operator = node.operator;
  if (operator === "**" || operator === "**=") {
    report(node, "exponent", "no ** operator: write Math.pow(a, b)");
  } else if (operator === "||=" || operator === "&&=" || operator === "??=") {
    report(node, "logical-assignment", `no ${operator}: write the test and the assignment`);
  } else if (node.type === "UnaryExpression" && operator === "-") {
    if (child(node, "argument")?.value === 0) {
      report(node, "negative-zero", "there is no negative zero");
    }
  } else if (operator === "in") {
    const loop = tree.around(node, (each) => isFunction(each) || each.type === "ForStatement");
    const init = loop?.type === "ForStatement" ? child(loop, "init") : undefined;
    if (init && tree.contains(init, node)) {
      report(node, "in-for-head", "no in operator in the head of a for: test it above the loop");
    }
  }
  const target =
    node.type === "AssignmentExpression"
      ? child(node, "left")
      : node.type === "UpdateExpression"
        ? child(node, "argument")
        : undefined;
  if (memberName(target) === "length") {
    const message = "length cannot be assigned: make a new array, or splice it empty";
    report(node, "length-assignment", message);
  }
}

function checkKey(tree: Tree, node: Node, report: Report): void {
  const name = nameOf(node);
  if (name !== undefined && RESERVED.has(name)) {
    const parent = tree.parent(node);
    const isMember =
      memberName(parent) === name || (parent?.type === "Property" && !parent.shorthand);
    if (!isMember) report(node, "reserved-name", `"${name}" is a reserved word: rename it`);
  }
  if (node.type === "MemberExpression") {
    if (memberName(node) === "name" && memberName(child(node, "object")) === "constructor") {
      report(node, "constructor-name", "constructors have no name: keep it in a field");
    }
    return;
  }
  const isClassMember = node.type === "MethodDefinition" || node.type === "PropertyDefinition";
  if (!isClassMember && node.type !== "Property") return;
  const key = child(node, "key");
  if (node.computed) {
    report(node, "computed-key", "no computed keys: assign o[key] = value");
  } else if (key?.type === "Literal" && (isClassMember || node.kind !== "init")) {
    report(node, "quoted-key", "methods and accessors need a plain name");
  }
}

function checkField(tree: Tree, node: Node, report: Report): void {
  if (node.type !== "PropertyDefinition") return;
  const value = child(node, "value");
  if (!value) {
    report(node, "field-without-value", "a class field needs a value: set it in the constructor");
    return;
  }
  const usesThis = tree.nodes.some(
    (each) =>
      each.type === "ThisExpression" &&
      tree.contains(value, each) &&
      ownerOfThis(tree, each) === ownerOfThis(tree, node),
  );
  if (usesThis) {
    report(node, "field-this", "a field's value does not see this: set it in the constructor");
  }
}

const ownerOfThis = (tree: Tree, node: Node): Node | undefined =>
  tree.around(node, (each) => isFunction(each) && each.type !== "ArrowFunctionExpression");

function checkLiteral(node: Node, code: string, report: Report): void {
  const regex = regexOf(node);
  if (regex) {
    for (const [rule, message] of checkRegex(...regex)) report(node, rule, message);
    return;
  }
  const isString = node.type === "Literal" && typeof node.value === "string";
  if (node.bigint !== undefined && node.bigint !== null) {
    report(node, "bigint", "no BigInt: use numbers up to 2^53, or a Uint8Array");
  } else if (isString || node.type === "TemplateElement") {
    const raw = code.slice(node.start, node.end);
    if (/(?:^|[^\\])(?:\\\\)*\\u\{/.test(raw)) {
      report(node, "unicode-escape", "no \\u{…}: write \\xHH, or \\uHHHH up to \\u00FF");
    } else if (isString && /\\\r?\n/.test(raw)) {
      report(node, "line-continuation", "a string cannot go on in the next line: add two strings");
    } else if (isString ? hasWide(String(node.value)) : /\\u(?!00)|[^\0-\xff]/.test(raw)) {
      const message = "strings hold bytes on most boards: no characters above \\xFF";
      report(node, "wide-character", message);
    }
  } else if (node.type === "Identifier" && code.slice(node.start, node.end).includes("\\")) {
    report(node, "unicode-escape", "no escapes in names");
  }
}

const hasWide = (text: string): boolean => [...text].some((char) => char > "\xff");

function checkStatement(tree: Tree, node: Node, code: string, report: Report): void {
  if (node.type === "SwitchStatement") {
    const cases = list(node, "cases");
    const at = cases.findIndex((each) => !child(each, "test"));
    if (at >= 0 && at < cases.length - 1) {
      report(cases[at], "default-last", "default must be the last case");
    }
  } else if (node.type === "ReturnStatement" && !child(node, "argument")) {
    const next = code[skipBlanks(code, node.start + "return".length)];
    if (next !== undefined && next !== ";" && next !== "}") {
      report(node, "semicolon", "return goes on in the next line: end it with a semicolon");
    }
  } else if (node.type === "ExpressionStatement") {
    const before = code.slice(0, node.start).trimEnd().at(-1) ?? ";";
    if (/^(?:\+\+|--)/.test(code.slice(node.start)) && /[\w$\])]/.test(before)) {
      const parent = tree.parent(node);
      const isBody = parent && parent.type !== "BlockStatement" && parent.type !== "Program";
      if (!isBody) report(node, "semicolon", "end the line above with a semicolon");
    }
  } else if (nameOf(node) === "arguments") {
    const fn = tree.around(node, isFunction);
    if (fn?.type === "ArrowFunctionExpression") {
      report(node, "arrow-arguments", "arrow functions see no arguments: use a function");
    }
  }
}

/** Static members are not inherited: `B.make()` fails when only A, which B extends, has `make`. */
export function checkStatics(tree: Tree, report: Report): void {
  const classes = new Map<string, { own: Set<string>; parent?: string }>();
  for (const node of tree.nodes) {
    if (!isClass(node)) continue;
    const declarator = tree.parent(node);
    const name = nameOf(child(node, "id")) ?? (declarator && nameOf(child(declarator, "id")));
    if (name === undefined) continue;
    const body = child(node, "body");
    const statics = body ? list(body, "body").filter((each) => each.static) : [];
    const own = new Set(statics.map(keyName).filter((each) => each !== undefined));
    classes.set(name, { own, parent: nameOf(child(node, "superClass")) });
  }
  const members = tree.nodes.filter((node) => node.type === "MemberExpression");
  for (const node of members) {
    const parent = tree.parent(node);
    if (parent?.type === "AssignmentExpression" && child(parent, "left") === node) {
      classes.get(nameOf(child(node, "object")) ?? "")?.own.add(memberName(node) ?? "");
    }
  }
  for (const node of members) {
    const member = memberName(node);
    const used = classes.get(nameOf(child(node, "object")) ?? "");
    if (!used || member === undefined || used.own.has(member)) continue;
    const seen = new Set([used]);
    for (let at = classes.get(used.parent ?? ""); at && !seen.has(at); ) {
      seen.add(at);
      if (at.own.has(member)) {
        const message = "static members are not inherited: name the class that defines it";
        report(node, "static-inheritance", message);
        break;
      }
      at = classes.get(at.parent ?? "");
    }
  }
}
