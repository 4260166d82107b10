import * as v from 'valibot';

/** A DynamoDB key of limited length. */
export const key = (maxBytes: number) =>
  v.pipe(
    v.string(),
    v.nonEmpty('must not be empty'),
    v.maxBytes(maxBytes, `must have at most ${maxBytes} bytes`),
  );

/** The call in question. */
export const CALL_KEY = v.pipe(
  key(2048),
  v.description('The key of the call, like `pns#45`; in a URL `#` is `%23`.'),
);
