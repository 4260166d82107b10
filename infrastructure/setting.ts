import * as v from 'valibot';

type Written<Output> = v.GenericSchema<string, Output>;

/** An optional variable. Whatever is wrong with it, the issue says what is expected. */
export const optional = <Output>(expected: string, schema: Written<Output>) =>
  v.optional(v.config(schema, { message: expected }));

const unset = v.pipe(
  v.literal(''),
  v.transform(() => undefined),
);

/** An optional variable that counts as unset if it is empty. */
export const optionalOrEmpty = <Output>(expected: string, schema: Written<Output>) =>
  optional(`${expected}, or left out`, v.union([unset, schema]));

/** A whole number. */
export const integer = (minimum: number, maximum: number) =>
  v.pipe(v.string(), v.digits(), v.transform(Number), v.minValue(minimum), v.maxValue(maximum));

/** Text that matches a pattern. */
export const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));

/** Text that `accepts` accepts. */
export const accepted = (accepts: (written: string) => boolean) => v.pipe(v.string(), v.check(accepts));

/** What is wrong with the variables of `env` by these schemas: a line for each. */
export const problemsWith = (schemas: readonly v.GenericSchema[], env: NodeJS.ProcessEnv): string[] =>
  schemas
    .flatMap(
      (schema): v.BaseIssue<unknown>[] => v.safeParse(schema, env, { abortPipeEarly: true }).issues ?? [],
    )
    .map((issue) => {
      const variable = v.getDotPath(issue) ?? '';
      return `${variable} is "${env[variable] ?? ''}": it must be ${issue.message}.`;
    });
