import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { regionOf, stackName } from '../../../commands/lib/settings.ts';
import { resolveService } from '../../../infrastructure/bundles.ts';
import { callbacks } from '../../../shared/callbacks/list.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { copyProject } from '../../support/project.ts';

const project = copyProject();
afterAll(() => project.remove());

const urls = (...args: string[]) => finish(start('urls', args, { dir: project.dir }));

test('prints the URLs of stage local, at the port of its settings', async () => {
  writeFileSync(join(project.dir, '.env.local'), 'HTTP_PORT=3456\n');
  const [{ output }, json] = await Promise.all([urls(), urls('--json')]);

  expect(output).toMatch(new RegExp(`^${LOCAL}cc +http://127\\.0\\.0\\.1:3456/cc/callback\\?token=local\n`));
  expect(JSON.parse(json.output)).toEqual({
    stage: 'local',
    urls: Object.fromEntries(
      callbacks.map(({ name, path }) => [name, `http://127.0.0.1:3456${path}?token=local`]),
    ),
  });
});

test('says which setting is wrong', async () => {
  writeFileSync(join(project.dir, '.env.local'), 'HTTP_PORT=many\n');
  const { code, errors } = await urls();

  expect({ code, errors }).toEqual({
    code: 1,
    errors: 'HTTP_PORT=many is not a port: give a number from 1 to 65535.\n',
  });
});

test('looks in the region of serverless.yml', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  const { service, provider } = await resolveService('prod');

  expect(stackName('prod')).toBe(`${service}-prod`);
  expect(regionOf()).toBe(provider.region);
  vi.unstubAllEnvs();
});
