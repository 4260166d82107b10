import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { finish, start } from '../../support/commands.ts';

const token = (...args: string[]) => finish(start('token', args));

test('makes a token of 192 bits, its digest and its URL, another one each time', async () => {
  const [{ code, output }, other] = await Promise.all([
    token('--callback', 'icc', '--stage', 'prod'),
    token('--callback', 'icc', '--stage', 'prod', '--json'),
  ]);
  const [, made = ''] = /token=([\w-]+)$/m.exec(output) ?? [];
  const data = JSON.parse(other.output);

  expect(code).toBe(0);
  expect(Buffer.from(made, 'base64url')).toHaveLength(24);
  expect(output).toContain(`ICC_TOKEN_SHA256=${hash('sha256', made)}`);
  expect(data).toEqual({
    stage: 'prod',
    callback: 'icc',
    token: expect.any(String),
    ICC_TOKEN_SHA256: hash('sha256', data.token),
  });
  expect(data.token).not.toBe(made);
});

test('refuses an unknown callback', async () => {
  const { code, errors } = await token('--callback', 'fax', '--stage', 'prod');

  expect(code).toBe(1);
  expect(errors).toMatch(/^There is no callback fax: give one of cc, .+\.\n$/);
});

test('makes none for stage local, whose token is public', async () => {
  const { code, errors } = await token('--callback', 'cc');

  expect(code).toBe(1);
  expect(errors).toMatch(/^On stage local the token of every callback is "local"\./);
});
