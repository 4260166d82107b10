import { callbacks } from '../shared/callbacks/list.ts';
import { logFilters } from './access-log.ts';
import { alarmResources } from './alarm-resources.ts';
import { alarms } from './alarms.ts';
import { domainResources, hostOf } from './custom-domain.ts';
import { dashboardOf } from './dashboard.ts';
import { eventBusResources } from './event-bus.ts';
import { switchOffIdleSources } from './idle-sources.ts';
import { consoleMapping, outputs } from './outputs.ts';
import { limitReaders } from './reader-limits.ts';
import { expireFiles } from './retention.ts';
import { roles } from './roles.ts';
import type { Provider, Serverless, Stack } from './serverless-types.ts';
import type { Settings } from './settings.ts';
import { tlsOnlyPolicies } from './tls-only.ts';
import { addMachineClient, userPoolOutputs, userPoolResources } from './user-pool.ts';
import { watchedIn } from './watched.ts';
import { wrongPathRoutes } from './wrong-paths.ts';

/**
 * Adds what code makes to the compiled template: roles, policies of queues, user pool, limits,
 * routes of wrong paths, alarms, dashboard, domain and outputs.
 */
export const addToTemplate = (
  { functions, provider: { compiledCloudFormationTemplate: template } }: Serverless['service'],
  provider: Provider,
  { alarmEmail, domain, silenceHours, archivesRecordings, retention, readers, events, schedule }: Settings,
): void => {
  const { naming } = provider;
  const stack: Stack = {
    name: naming.getStackName(),
    stage: provider.getStage(),
    lambdaId: (name) => naming.getLambdaLogicalId(name),
  };
  switchOffIdleSources(template, {
    archives: archivesRecordings,
    tellsEvents: events.hasBus || events.endpoints.length > 0,
  });
  const watched = watchedIn(template);
  Object.assign(
    template.Resources,
    roles(stack.stage, functions, (name) => naming.getLogGroupLogicalId(name)),
    tlsOnlyPolicies(template),
    logFilters(stack),
    alarmResources(stack, alarms(stack, callbacks, { silenceHours, schedule }, watched), alarmEmail),
    { Dashboard: dashboardOf(callbacks, Object.keys(functions), stack, watched) },
    wrongPathRoutes(template, callbacks),
    domain && domainResources(domain),
    events.hasBus && eventBusResources(stack),
  );
  Object.assign(template.Outputs, outputs(callbacks, domain));
  template.Mappings = { ...template.Mappings, ...consoleMapping };
  expireFiles(template, callbacks, retention);
  limitReaders(template, stack, callbacks, readers.limits);
  if (readers.hasUserPool && stack.stage !== 'local') {
    Object.assign(template.Resources, userPoolResources(stack, hostOf(domain)));
    Object.assign(template.Outputs, userPoolOutputs(readers.hasMachineClient));
    if (readers.hasMachineClient) addMachineClient(template);
  }
  for (const resource of Object.values(template.Resources)) {
    if (resource.Type !== 'AWS::Logs::LogGroup') continue;
    Object.assign(resource, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  }
};
