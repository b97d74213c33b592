/**
 * What commands act on: files on a host. Agents have board-target.ts in place of this file, which is
 * the plan of a board's flash (rollup.config.js).
 */

/**
 * Parameters of one component by code. Numbers stand as they are, true is 1; other values as their
 * offset in the envelope: the digest's 32 bytes, the first byte of an identifier, the head of
 * everything else. The source component is its index + 1.
 */
export interface Parameters {
  [code: number]: number;
}

export interface Target {
  /** The version of what is installed (set-version), if it has one. */
  installed?: number[];
  /**
   * Tests a condition on a component by the parameter it needs: 1, 2, 24 (identifiers), 3 (digest),
   * 4 (use-before), 5 (slot), 18 (content), 26 (battery), 27 (priority). `value` is the parameter's.
   * Gives 0, or the reason for which it does not hold.
   */
  check(need: number, value: number, index: number, parameters: Parameters): number;
  /** Executes 18 (write), 21 (fetch), 22 (copy), 23 (invoke), 31 (swap); throws when it cannot. */
  act(code: number, index: number, parameters: Parameters): void;
  /** Where in what is read the envelope stands that a component holds; only with dependencies. */
  locate?(index: number): number[] | undefined;
  /**
   * Is told every command that is executed, before it is. `index` is -1 for set-component-index,
   * `dependency` for commands that are not a dependency's.
   */
  trace?(section: number, offset: number, code: number, index: number, dependency: number): void;
}

let target: Target;

/** Tells the processor what it acts on. */
export const useTarget = (to: Target): void => {
  target = to;
  installed = to.installed;
};

export let installed: number[] | undefined;
export const check: Target["check"] = (need, value, index, parameters) =>
  target.check(need, value, index, parameters);
export const act: Target["act"] = (code, index, parameters) => target.act(code, index, parameters);
export const locate = (index: number): number[] | undefined =>
  target.locate ? target.locate(index) : undefined;
export const tell: NonNullable<Target["trace"]> = (section, offset, code, index, dependency) => {
  if (target.trace) target.trace(section, offset, code, index, dependency);
};
