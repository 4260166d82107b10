/**
 * Why a recording could not be fetched, in words that the call shows. Without `isFinal`, another
 * attempt may succeed.
 */
export class Unfetched extends Error {
  override name = 'Unfetched';
  readonly isFinal: boolean;

  constructor(reason: string, { isFinal = false } = {}) {
    super(reason);
    this.isFinal = isFinal;
  }
}

/** A reason that another attempt would not change. */
export const refused = (reason: string): Unfetched => new Unfetched(reason, { isFinal: true });
