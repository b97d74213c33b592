/** Elements from data. Text is only ever set as text: there is no way to hand in markup. */

type Child = Node | string | null | false | undefined;

export interface Props {
  class?: string;
  id?: string;
  /** Attributes by name; false and null leave one out. */
  attrs?: Record<string, string | number | boolean | null>;
  on?: { [type: string]: (event: Event) => void };
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (props.class) element.className = props.class;
  if (props.id) element.id = props.id;
  setAttributes(element, props.attrs ?? {});
  for (const [type, listener] of Object.entries(props.on ?? {}))
    element.addEventListener(type, listener);
  fill(element, children);
  return element;
}

export function setAttributes(element: Element, attributes: NonNullable<Props["attrs"]>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Replaces what is in an element, unless it is the same already: what has the focus keeps it. */
export function fill(element: Element, children: Child[]): void {
  const nodes = children
    .filter((child) => child !== null && child !== false && child !== undefined && child !== "")
    .map((child) => (typeof child === "string" ? document.createTextNode(child) : (child as Node)));
  const before = [...element.childNodes];
  if (before.length === nodes.length && nodes.every((node, i) => isSame(node, before[i]))) return;
  element.replaceChildren(...nodes);
}

const isSame = (node: Node, other: Node | undefined): boolean =>
  node === other ||
  (node.nodeType === Node.TEXT_NODE &&
    other?.nodeType === Node.TEXT_NODE &&
    node.textContent === other.textContent);

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, isShown: boolean): void {
  if (element.hidden === isShown) element.hidden = !isShown;
}

const SVG = "http://www.w3.org/2000/svg";

/** Outlines of 24 by 24. */
const ICONS = {
  bluetooth: "M7 7l10 10-5 5V2l5 5L7 17",
  cable: "M12 2v7M9 5h6M8 9h8v5a4 4 0 0 1-8 0zM12 18v4",
  check: "M4 12.5l5.5 5.5L20 7",
  warning: "M12 3l10 18H2zM12 10v5M12 18v.5",
  cross: "M6 6l12 12M18 6L6 18",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  refresh: "M20 5v5h-5M4 19v-5h5M19 10a7.5 7.5 0 0 0-13-3M5 14a7.5 7.5 0 0 0 13 3",
  file: "M6 2h8l5 5v15H6zM14 2v5h5",
  key: "M8 15a4 4 0 1 1 3.5-6H21v4h-2v3h-3v-3h-4.500A4 4 0 0 1 8 15z",
  plus: "M12 5v14M5 12h14",
} as const;

export type IconName = keyof typeof ICONS;

/** Decoration: what it stands for is always said beside it. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  setAttributes(svg, { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function button(
  label: string,
  click: () => void,
  { look = "", symbol }: { look?: string; symbol?: IconName } = {},
): HTMLButtonElement {
  const text = h("span", {}, label);
  return h(
    "button",
    { class: `button ${look}`.trim(), attrs: { type: "button" }, on: { click } },
    symbol ? icon(symbol) : null,
    text,
  ) as HTMLButtonElement;
}
