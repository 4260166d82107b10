import { callbacks } from '../shared/callbacks/list.ts';
import { alarmsOf } from './alarms.ts';
import { dashboardOf } from './dashboard.ts';
import { urlOutput } from './outputs.ts';
import { allowLogs } from './permissions.ts';
import type { Provider, Resource, Serverless } from './serverless-types.ts';
import { silenceHours } from './settings.ts';

/** Adds to the compiled template what follows from the functions, so that a new callback needs none of it written. */
export const completeTemplate = (service: Serverless['service'], provider: Provider): void => {
  const { naming } = provider;
  const { functions, custom } = service;
  const template = service.provider.compiledCloudFormationTemplate;
  const { Resources, Outputs } = template;
  const stack = { name: naming.getStackName(), stage: provider.getStage() };
  for (const callback of callbacks) {
    const functionId = naming.getNormalizedFunctionName(callback.name);
    const silentHours = silenceHours(callback.name, process.env);
    Object.assign(Resources, alarmsOf(callback, stack, functionId, silentHours));
    Object.assign(Outputs, urlOutput(callback, functionId));
  }
  Resources.Dashboard = dashboardOf(callbacks, stack);
  const { alarmEmail } = custom.settings;
  if (alarmEmail) Resources.AlarmEmail = subscription(String(alarmEmail));
  allowLogs(template, functions, (name) => naming.getLogGroupLogicalId(name));
  for (const resource of Object.values(Resources)) {
    if (resource.Type === 'AWS::Logs::LogGroup') retain(resource, Number(custom.settings.logRetentionDays));
  }
};

const subscription = (email: string): Resource => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: email },
});

const retain = (logGroup: Resource, days: number): void => {
  logGroup.Properties.RetentionInDays = days;
  Object.assign(logGroup, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
};
