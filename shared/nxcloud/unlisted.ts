/**
 * Why NXCloud did not list calls, in words that say what to do. Without `isFinal`, a later run may
 * succeed.
 */
export class Unlisted extends Error {
  override name = 'Unlisted';
  /** NXCloud's own code, if it answered with one. */
  readonly code: number | undefined;
  readonly isFinal: boolean;

  constructor(reason: string, { code, isFinal = false }: { code?: number; isFinal?: boolean } = {}) {
    super(reason);
    this.code = code;
    this.isFinal = isFinal;
  }
}
