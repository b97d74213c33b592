/**
 * A model of the boot and update state machine, apart from the code: what one journal record may be
 * followed by, and why. It says nothing of bytes; which release is where, and how new, is left open.
 *
 * boot-model.test.ts explores it, and compares it with what the bundles do.
 */

/** What the other slot holds according to the journal. */
export type Other = "nothing" | "part" | "whole";

export interface ModelState {
  phase: "settled" | "staged" | "trial";
  /** The confirmed slot. */
  active: 0 | 1;
  /** Boots of the trial. */
  trials: number;
  /** Why the last trial was reverted, or 0. */
  reason: number;
  other: Other;
}

export type Event =
  | "offer"
  | "erased"
  | "received"
  | "boot"
  | "confirm"
  | "throw"
  | "request"
  | "deadline"
  | "damage";

export interface Transition {
  event: Event;
  to: ModelState;
}

/** A new board. */
export const START: ModelState = {
  ...{ phase: "settled", active: 0, trials: 0, reason: 0, other: "nothing" },
};

/** What may follow `state` on a board whose trials take `boots` boots. */
export function transitions(state: ModelState, boots: number): Transition[] {
  const settled = (reason: number): ModelState => ({
    ...state,
    ...{ phase: "settled", trials: 0, reason },
  });
  if (state.phase === "settled") {
    // The slot is given up before it is erased, and taken when it is.
    const offer: Transition = { event: "offer", to: { ...state, other: "nothing" } };
    if (state.other === "nothing")
      return [offer, { event: "erased", to: { ...state, other: "part" } }];
    const staged: ModelState = { ...state, phase: "staged", trials: 0, reason: 0, other: "whole" };
    return state.other === "part" ? [offer, { event: "received", to: staged }] : [offer];
  }
  const tried: ModelState = { ...state, phase: "trial", trials: state.trials + 1 };
  if (state.phase === "staged") return [{ event: "boot", to: tried }];
  const active = state.active === 0 ? 1 : 0;
  return [
    { event: "boot", to: state.trials < boots ? tried : settled(801) },
    { event: "confirm", to: { ...settled(state.reason), active } },
    { event: "throw", to: settled(802) },
    { event: "request", to: settled(803) },
    { event: "deadline", to: settled(804) },
    { event: "damage", to: settled(805) },
  ];
}

export const nameOf = ({ phase, active, trials, reason, other }: ModelState): string =>
  `${phase}${trials || ""} slot ${active}, ${reason}, ${other}`;

export interface Graph {
  states: Map<string, ModelState>;
  edges: Map<string, Transition[]>;
}

/** Everything that can be reached. */
export function explore(boots: number): Graph {
  const graph: Graph = { states: new Map([[nameOf(START), START]]), edges: new Map() };
  for (const [name, state] of graph.states) {
    const next = transitions(state, boots);
    graph.edges.set(name, next);
    // A Map goes on to what is added to it meanwhile.
    for (const { to } of next) graph.states.set(nameOf(to), to);
  }
  return graph;
}

/**
 * The most boots on any way from a state until the board is settled, whatever else happens; infinite when
 * there is a way that never ends.
 */
export function bootsUntilSettled(graph: Graph, from: string, seen: string[] = []): number {
  if (graph.states.get(from)?.phase === "settled") return 0;
  if (seen.includes(from)) return Number.POSITIVE_INFINITY;
  const ways = (graph.edges.get(from) ?? []).map(
    ({ event, to }) =>
      (event === "boot" ? 1 : 0) + bootsUntilSettled(graph, nameOf(to), [...seen, from]),
  );
  return ways.length > 0 ? Math.max(...ways) : Number.POSITIVE_INFINITY;
}

/** Is there a way from a state to one that `isGoal` likes? */
export function canReach(
  graph: Graph,
  from: string,
  isGoal: (state: ModelState, by: Event) => boolean,
): boolean {
  const met = new Set([from]);
  for (const name of met)
    for (const { event, to } of graph.edges.get(name) ?? []) {
      if (isGoal(to, event)) return true;
      met.add(nameOf(to));
    }
  return false;
}
