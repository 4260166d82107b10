import { expect, inject, test } from 'vitest';
import { finish, start } from '../../support/commands.ts';
import { plainEnvironment } from '../../support/run.ts';

const env = () =>
  plainEnvironment(
    Object.fromEntries(
      Object.entries(inject('ports')).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]),
    ),
  );
const demo = (...args: string[]) => finish(start('demo', args, { env: env() }));

// A Sunday, which has few calls.
const A_DAY = ['--until', '2025-11-23', '--days', '1', '--json'];

test('fills the local stack by its own URLs', async () => {
  const first = await demo(...A_DAY);

  expect(first).toMatchObject({ code: 0, errors: '' });
  const { accepted, calls, ...more } = JSON.parse(first.output);
  expect(more).toMatchObject({ stage: 'local', rejected: 2, refused: 1 });
  expect(calls).toBeGreaterThan(50);
  expect(accepted).toBeGreaterThan(calls);
});

test.each([
  [['--stage', 'prod'], /only stage local accepts/],
  [['--until', '2999-01-01'], /is in the future/],
  [['--until', '2026-02-30'], /is not a date/],
  [['--days', '0'], /must be a number from 1 to 60/],
])('refuses %j', async (args, message) => {
  const { code, errors } = await demo(...args);

  expect(code).toBe(1);
  expect(errors).toMatch(message);
});
