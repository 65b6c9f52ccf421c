// @ts-check
/**
 * Loaded into a process, has the time of day run at a pace of its own from a moment on that all processes share; at -1 it
 * runs backwards.
 */
const { HGMLP_CLOCK_FROM_MS: from, HGMLP_CLOCK_PACE: pace } = process.env;
const OwnDate = Date;
const now = () => Number(from) + Number(pace) * (OwnDate.now() - Number(from));

globalThis.Date = /** @type {any} */ (
  class extends OwnDate {
    constructor(/** @type {any[]} */ ...given) {
      // @ts-expect-error One of the many ways to make a date.
      super(...(given.length === 0 ? [now()] : given));
    }
    /** @override */
    static now() {
      return now();
    }
  }
);
