import { InvalidQuery } from '../calls/parameters.ts';

const WHAT_TO_DO = 'give a shorter period or more filters, or use "npm run report"';

/** A report exceeds the limits of an answer. */
export class TooMany extends InvalidQuery {
  override name = 'TooMany';
  override readonly code = 'too_many';

  static calls(most: number): TooMany {
    return new TooMany([
      { path: 'from', message: `has more than ${most.toLocaleString('en')} calls after it: ${WHAT_TO_DO}` },
    ]);
  }

  static toRead(): TooMany {
    return new TooMany([
      { path: 'from', message: `has more calls after it than can be read in time: ${WHAT_TO_DO}` },
    ]);
  }

  static rows(most: number): TooMany {
    return new TooMany([
      {
        path: 'by',
        message: `makes more than ${most.toLocaleString('en')} rows: group by fewer values, ${WHAT_TO_DO}`,
      },
    ]);
  }
}
