import type { Resource, Stack } from './serverless-types.ts';

/** The bus that receives the events of calls. */
export const eventBusResources = ({ name }: Stack): Record<string, Resource> => ({
  EventBus: { Type: 'AWS::Events::EventBus', Properties: { Name: name } },
});
