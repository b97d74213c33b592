/**
 * One context for all lives of a board, where thousands of boots have to be cheap: programs are compiled
 * once. Sound only for apps that change nothing of the engine, which is what the apps of the closure are;
 * what a life leaves in its global scope is replaced at the next boot.
 */
import vm from "node:vm";
import { Realm } from "../../../host/board/realm.js";

export class SharedRealm extends Realm {
  /** Gets every program that a bootloader runs. */
  onProgram: (code: string) => void = () => {};
  private readonly scripts = new Map<string, vm.Script>();

  constructor() {
    super(0);
    const evaluate = this.global.eval as (code: string) => unknown;
    this.hide("eval", (code: string) => {
      this.onProgram(code);
      return evaluate(code);
    });
  }

  override run(text: string, name: string): unknown {
    let script = this.scripts.get(text);
    if (!script) {
      script = new vm.Script(text, { filename: name });
      this.scripts.set(text, script);
    }
    return script.runInContext(this.context);
  }

  override call(fn: unknown, args: unknown[]): unknown {
    return (fn as (...args: unknown[]) => unknown).apply(this.global, args);
  }
}
