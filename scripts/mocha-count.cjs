/**
 * A mocha reporter that prints what the reporter named by `inner` prints, and appends one line of
 * JSON with its counts to the file named by `counts`.
 */
const { appendFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class Count {
  constructor(runner, options) {
    const { inner = "dot", counts } = options.reporterOption ?? options.reporterOptions ?? {};
    const Inner = Mocha.reporters[inner] ?? Mocha.reporters.Dot;
    this.inner = new Inner(runner, options);
    const { stats } = runner;
    runner.once("end", () => {
      const { passes, failures, pending } = stats;
      appendFileSync(counts, `${JSON.stringify({ passes, failures, pending })}\n`);
    });
  }

  done(failures, finish) {
    if (this.inner.done) this.inner.done(failures, finish);
    else finish(failures);
  }
};
