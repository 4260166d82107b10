import { PERMISSIONS, type Permission, SERVERLESS_PERMISSIONS } from './deploy-permissions.ts';
import type { Template } from './serverless-types.ts';

/** An IAM policy. */
export type Policy = { Version: string; Statement: Statement[] };

type Statement = { Effect: 'Allow'; Action: string[]; Resource: string[] };

/** Where a stack is deployed. */
export type Destination = { stack: string; region: string };

/**
 * The policy of whoever deploys the template. Throws if deploy-permissions.ts lacks the type of a
 * resource.
 */
export const deployPolicy = (
  { Resources }: Pick<Template, 'Resources'>,
  destination: Destination,
): Policy => {
  const types = [...new Set(Object.values(Resources).map(({ Type }) => Type))].sort();
  const permissions = types.flatMap((type) => {
    const found = PERMISSIONS[type];
    if (found === undefined) throw new Error(`infrastructure/deploy-permissions.ts has no ${type}`);
    return found;
  });
  const byResources = Map.groupBy([...SERVERLESS_PERMISSIONS, ...permissions], ({ resources }) =>
    resources.map((resource) => arnOf(resource, destination)).join(' '),
  );
  return {
    Version: '2012-10-17',
    Statement: [...byResources].map(([resources, allowed]) => ({
      Effect: 'Allow',
      Action: actionsOf(allowed),
      Resource: resources.split(' '),
    })),
  };
};

const actionsOf = (permissions: Permission[]): string[] =>
  [...new Set(permissions.flatMap(({ actions }) => actions))].sort();

const arnOf = (resource: string, { stack, region }: Destination): string =>
  resource === '*'
    ? resource
    : `arn:${partitionOf(region)}:${resource.replaceAll('STACK', stack).replace('REGION', region)}`;

const partitionOf = (region: string): string => {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
};
