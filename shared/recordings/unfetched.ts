/** Why a recording could not be fetched, in words that the call shows. Without `isFinal` it is worth another try. */
export class Unfetched extends Error {
  override name = 'Unfetched';
  readonly isFinal: boolean;

  constructor(reason: string, { isFinal = false } = {}) {
    super(reason);
    this.isFinal = isFinal;
  }
}

/** A reason that another try would not change. */
export const refused = (reason: string): Unfetched => new Unfetched(reason, { isFinal: true });
