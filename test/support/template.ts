import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Resource, Template } from '../../infrastructure/serverless-types.ts';
import { copyProject } from './project.ts';
import { ROOT } from './run.ts';

export const STAGES = ['prod', 'dev'];

const routes = readFileSync(join(ROOT, 'serverless.yml'), 'utf8').matchAll(
  /httpApi: POST \/(\w+)\/callback/g,
);

/** The callbacks that serverless.yml has a route for, in its order. */
export const CALLBACKS = [...routes].map(([, name = '']) => name);

/** What the logical ids of a function's resources begin with. */
export const idOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };

export const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** Packages the stages before the tests of a file, and answers what is in their templates. */
export const packagedStages = () => {
  const project = copyProject();
  const templates = new Map<string, Template>();
  beforeAll(async () => {
    for (const stage of STAGES) templates.set(stage, await project.template(stage));
  });
  afterAll(() => project.remove());

  const template = (stage: string): Template => {
    const packaged = templates.get(stage);
    if (packaged === undefined) throw new Error(`stage ${stage} is not packaged`);
    return packaged;
  };
  const resource = (stage: string, id: string): Resource => {
    const found = template(stage).Resources[id];
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  };
  const properties = (stage: string, id: string) => resource(stage, id).Properties;
  const ofType = (stage: string, type: string): [string, Resource][] =>
    Object.entries(template(stage).Resources).filter(([, { Type }]) => Type === type);
  return { project, template, resource, properties, ofType };
};
