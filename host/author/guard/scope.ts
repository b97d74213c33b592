import { child, isClass, isFunction, keyName, list, type Node, nameOf, type Tree } from "./ast.js";

export type BindingKind = "var" | "let" | "const" | "function" | "class" | "param" | "self";

/** A declared name. */
export interface Binding {
  name: string;
  kind: BindingKind;
  /** Where the declaration starts: before it, an interpreter without hoisting knows no such name. */
  at: number;
  /** The function (or program) whose run creates it. */
  frame: Node;
  /** What it is declared as, when that is known: a function, a class or an initial value. */
  value?: Node;
  /** The `for` statement in whose head it is declared. */
  loop?: Node;
  references: Reference[];
}

/** A place where a name is used. */
export interface Reference {
  name: string;
  node: Node;
  binding?: Binding;
}

interface Scope {
  frame: Node;
  /** `var` belongs to a function or the program, everything else to the nearest block. */
  isFrame: boolean;
  parent?: Scope;
  names: Map<string, Binding>;
}

const BLOCKS = new Set([
  "BlockStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "SwitchStatement",
  "CatchClause",
  "StaticBlock",
]);

/** Every name of a program, resolved. */
export class Names {
  readonly references: Reference[] = [];
  readonly bindings: Binding[] = [];
  /** Names of members that the program itself defines: `{name: …}`, `name() {}`, `x.name = …`. */
  readonly members = new Set<string>();
  readonly #pending: [Reference, Scope][] = [];
  readonly #byNode = new Map<Node, Reference>();

  constructor(readonly tree: Tree) {
    const scope: Scope = { frame: tree.root, isFrame: true, names: new Map() };
    this.#visit(tree.root, scope);
    for (const [reference, from] of this.#pending) {
      let at: Scope | undefined = from;
      while (at && !at.names.has(reference.name)) at = at.parent;
      reference.binding = at?.names.get(reference.name);
      reference.binding?.references.push(reference);
      this.references.push(reference);
      this.#byNode.set(reference.node, reference);
    }
  }

  /** What an expression is, followed through one name: `new Uint8Array(4)` for `u`. */
  valueOf(node: Node | undefined): Node | undefined {
    return node?.type === "Identifier" ? this.#byNode.get(node)?.binding?.value : node;
  }

  isFree(node: Node | undefined): boolean {
    const reference = node && this.#byNode.get(node);
    return reference !== undefined && !reference.binding;
  }

  #declare(
    scope: Scope,
    name: string,
    kind: BindingKind,
    at: number,
    more: Pick<Binding, "value" | "loop">,
  ): void {
    let target = scope;
    if (kind === "var") while (!target.isFrame && target.parent) target = target.parent;
    const known = target.names.get(name);
    if (known) {
      known.at = Math.min(known.at, at);
      known.value = undefined;
      return;
    }
    const binding: Binding = { name, kind, at, frame: target.frame, references: [], ...more };
    target.names.set(name, binding);
    this.bindings.push(binding);
  }

  #pattern(node: Node | undefined, declare: (name: string, node: Node) => void): void {
    if (!node) return;
    const name = nameOf(node);
    if (name !== undefined) declare(name, node);
    else if (node.type === "ObjectPattern") {
      for (const each of list(node, "properties")) {
        this.#pattern(child(each, "value") ?? child(each, "argument"), declare);
      }
    } else if (node.type === "ArrayPattern") {
      for (const each of list(node, "elements")) this.#pattern(each, declare);
    } else {
      this.#pattern(child(node, "left") ?? child(node, "argument"), declare);
    }
  }

  #visit(node: Node, scope: Scope): void {
    const name = nameOf(node);
    if (name !== undefined) {
      this.#pending.push([{ name, node }, scope]);
    } else if (isFunction(node)) {
      this.#visitFunction(node, scope);
    } else if (isClass(node)) {
      this.#visitClass(node, scope);
    } else if (node.type === "VariableDeclaration") {
      this.#visitVariables(node, scope);
    } else {
      this.#visitOther(node, scope);
    }
  }

  #visitFunction(node: Node, scope: Scope): void {
    const id = nameOf(child(node, "id"));
    if (id !== undefined && node.type === "FunctionDeclaration") {
      this.#declare(scope, id, "function", node.start, { value: node });
    }
    const inner: Scope = { frame: node, isFrame: true, parent: scope, names: new Map() };
    if (id !== undefined && node.type === "FunctionExpression") {
      this.#declare(inner, id, "self", node.start, { value: node });
    }
    for (const each of list(node, "params")) {
      this.#pattern(each, (param) => this.#declare(inner, param, "param", node.start, {}));
      if (each.type === "AssignmentPattern") {
        const right = child(each, "right");
        if (right) this.#visit(right, inner);
      }
    }
    const body = child(node, "body");
    if (body?.type === "BlockStatement") {
      for (const each of list(body, "body")) this.#visit(each, inner);
    } else if (body) this.#visit(body, inner);
  }

  #visitClass(node: Node, scope: Scope): void {
    const id = nameOf(child(node, "id"));
    const inner: Scope = { ...scope, isFrame: false, parent: scope, names: new Map() };
    if (id !== undefined) {
      const kind = node.type === "ClassDeclaration" ? "class" : "self";
      this.#declare(kind === "class" ? scope : inner, id, kind, node.start, { value: node });
    }
    const parent = child(node, "superClass");
    if (parent) this.#visit(parent, scope);
    const body = child(node, "body");
    if (body) this.#visit(body, inner);
  }

  #visitVariables(node: Node, scope: Scope): void {
    const around = this.tree.parent(node);
    const isHead =
      around?.type.startsWith("For") &&
      (child(around, "init") === node || child(around, "left") === node);
    for (const each of list(node, "declarations")) {
      const value = child(each, "init");
      this.#pattern(child(each, "id"), (name, id) =>
        this.#declare(scope, name, node.kind as BindingKind, id.start, {
          value: child(each, "id") === id ? value : undefined,
          loop: isHead ? around : undefined,
        }),
      );
      if (value) this.#visit(value, scope);
    }
  }

  #visitOther(node: Node, scope: Scope): void {
    const inner = BLOCKS.has(node.type)
      ? { frame: scope.frame, isFrame: false, parent: scope, names: new Map() }
      : scope;
    if (node.type === "CatchClause") {
      this.#pattern(child(node, "param"), (name) =>
        this.#declare(inner, name, "param", node.start, {}),
      );
    }
    const imported = node.type.startsWith("Import") && nameOf(child(node, "local"));
    if (imported) this.#declare(scope, imported, "const", 0, {});
    this.#noteMember(node);
    for (const [key, value] of Object.entries(node)) {
      if (this.#isNameOnly(node, key)) continue;
      for (const each of Array.isArray(value) ? value : [value]) {
        if (each && typeof each === "object" && typeof each.type === "string") {
          this.#visit(each as Node, inner);
        }
      }
    }
  }

  #noteMember(node: Node): void {
    const isMember =
      node.type === "Property" ||
      node.type === "MethodDefinition" ||
      node.type === "PropertyDefinition";
    const name = isMember ? keyName(node) : undefined;
    if (name !== undefined) this.members.add(name);
    const left = node.type === "AssignmentExpression" ? child(node, "left") : undefined;
    if (left?.type === "MemberExpression" && !left.computed) {
      const assigned = nameOf(child(left, "property"));
      if (assigned !== undefined) this.members.add(assigned);
    }
  }

  /** Whether the identifier under `key` only names something and refers to no variable. */
  #isNameOnly(node: Node, key: string): boolean {
    switch (node.type) {
      case "MemberExpression":
        return key === "property" && !node.computed;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        return key === "key" && !node.computed;
      case "CatchClause":
        return key === "param";
      case "LabeledStatement":
      case "BreakStatement":
      case "ContinueStatement":
        return key === "label";
      case "MetaProperty":
      case "ImportSpecifier":
      case "ImportDefaultSpecifier":
      case "ImportNamespaceSpecifier":
      case "ExportSpecifier":
        return true;
      default:
        return false;
    }
  }
}
