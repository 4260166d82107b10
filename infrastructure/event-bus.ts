import type { Resource, Stack } from './serverless-types.ts';

/** The bus that events of calls are put on. */
export const eventBusResources = ({ name }: Stack): Record<string, Resource> => ({
  EventBus: { Type: 'AWS::Events::EventBus', Properties: { Name: name } },
});
