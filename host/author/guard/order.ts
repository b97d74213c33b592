/**
 * Two ways in which the boards run the same text differently: nothing is hoisted, and all rounds of
 * a `for` loop share the variables declared in its head.
 */
import { child, isFunction, memberName, type Node, nameOf, type Report } from "./ast.js";
import type { Binding, Names } from "./scope.js";

/** Methods that call the function they are given before they return. */
const AT_ONCE = new Set([
  "every",
  "filter",
  "find",
  "findIndex",
  "forEach",
  "map",
  "reduce",
  "replace",
  "replaceAll",
  "some",
  "sort",
]);

export function checkOrder(names: Names, report: Report): void {
  for (const binding of names.bindings) {
    if (binding.kind === "param" || binding.kind === "self") continue;
    for (const reference of binding.references) {
      if (binding.value && names.tree.contains(binding.value, reference.node)) continue;
      if (runsAt(names, reference.node, binding.frame) >= binding.at) continue;
      const what = binding.kind === "function" ? "runs" : "is used";
      const message = `"${binding.name}" ${what} before its declaration, and the boards do not hoist: declare it above this line`;
      report(reference.node, "hoisting", message);
    }
    if (binding.loop && binding.kind !== "var") checkLoop(names, binding, report);
  }
}

function checkLoop(names: Names, binding: Binding, report: Report): void {
  for (const reference of binding.references) {
    const late = functionsAround(names, reference.node, binding.frame).some(
      (each) => !isCalledAtOnce(names, each),
    );
    if (!late) continue;
    const message = `"${binding.name}" is one variable for all rounds of the loop: copy it into a const inside the loop's body`;
    report(reference.node, "loop-closure", message);
  }
}

/** The functions between a node and the frame, innermost first. */
function functionsAround(names: Names, node: Node, frame: Node): Node[] {
  const found: Node[] = [];
  for (let at = names.tree.frame(node); at !== frame; at = names.tree.frame(at)) {
    found.push(at);
    if (at === names.tree.root) break;
  }
  return found;
}

/**
 * The earliest offset, in the text of `frame`, at whose turn the node runs; infinite when it is not
 * known to run before the end of the frame.
 */
function runsAt(names: Names, node: Node, frame: Node, seen = new Set<Node>()): number {
  const inner = names.tree.frame(node);
  if (inner === frame) return node.start;
  if (seen.has(inner)) return Number.POSITIVE_INFINITY;
  const visited = new Set(seen).add(inner);
  if (isCalledAtOnce(names, inner)) return runsAt(names, inner, frame, visited);

  let earliest = Number.POSITIVE_INFINITY;
  for (const reference of bindingOf(names, inner)?.references ?? []) {
    if (!isCallee(names, reference.node) && !isArgumentAtOnce(names, reference.node)) continue;
    earliest = Math.min(earliest, runsAt(names, reference.node, frame, visited));
  }
  return earliest;
}

/** The name under which a function, or the class of which it is the constructor, is called. */
function bindingOf(names: Names, fn: Node): Binding | undefined {
  const parent = names.tree.parent(fn);
  const isConstructor = parent?.type === "MethodDefinition" && parent.kind === "constructor";
  const value = isConstructor ? names.tree.parent(names.tree.parent(parent) as Node) : fn;
  return names.bindings.find((binding) => binding.value === value && binding.kind !== "self");
}

function isCallee(names: Names, node: Node): boolean {
  const parent = names.tree.parent(node);
  if (!parent) return false;
  if (parent.type === "CallExpression" || parent.type === "NewExpression") {
    return child(parent, "callee") === node;
  }
  const isCallOrApply =
    child(parent, "object") === node && /^(?:call|apply)$/.test(memberName(parent) ?? "");
  return isCallOrApply && isCallee(names, parent);
}

function isArgumentAtOnce(names: Names, node: Node): boolean {
  const parent = names.tree.parent(node);
  if (!parent || child(parent, "callee") === node) return false;
  if (parent.type === "NewExpression") return nameOf(child(parent, "callee")) === "Promise";
  return parent.type === "CallExpression" && AT_ONCE.has(memberName(child(parent, "callee")) ?? "");
}

const isCalledAtOnce = (names: Names, fn: Node): boolean =>
  isFunction(fn) && (isCallee(names, fn) || isArgumentAtOnce(names, fn));
