/** Reports as boards make them, written apart from host/suit. */
import { bstr, map, type Node, type Pair } from "./cbor.js";
import { digestOf } from "./envelopes.js";

export interface Failure {
  code?: Node;
  manifest?: Node;
  section?: Node;
  offset?: Node;
  component?: Node;
  properties?: Node;
  reason?: Node;
}

const DIGEST = digestOf(new Uint8Array(3));

/** A SUIT_Report; `changes` replaces members, `undefined` leaves one out. */
export function report(result: Node, changes: Record<number, Node | undefined> = {}): Uint8Array {
  const members = { 3: [], 4: result, 99: ["https://example.com/x", DIGEST], ...changes };
  return map(
    ...Object.entries(members).flatMap(([key, value]): Pair[] =>
      value === undefined ? [] : [[Number(key), value]],
    ),
  );
}

export function failure(failed: Failure = {}): Uint8Array {
  const { manifest = [], section = 20, offset = 0, component = 0, properties = map() } = failed;
  return map(
    [5, failed.code ?? 323],
    [6, [manifest, section, offset, component, properties]],
    [7, failed.reason ?? 10],
  );
}

/** What a small board supports. */
export function capabilities(changes: Record<number, Node> = {}): Uint8Array {
  const members: Record<number, Node> = {
    1: [[bstr(Buffer.from("agent"))], [bstr(Buffer.from("data")), true], [true]],
    2: [1, 2, 3, 20, 21, 29],
    3: [1, 2, 3, 14, 21],
    4: [-16, -19],
    5: [2, 3],
    ...changes,
  };
  return map(...Object.entries(members).map(([key, value]): Pair => [Number(key), value]));
}
