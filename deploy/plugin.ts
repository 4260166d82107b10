import { alarmsOf } from './alarms.ts';
import { callbacksOf } from './callbacks.ts';
import { dashboardOf } from './dashboard.ts';
import { outputLines, urlOutput } from './outputs.ts';
import { allowLogs } from './permissions.ts';
import type { Provider, Serverless } from './serverless.ts';
import { digestProblems, settingProblems, silenceHours } from './settings.ts';

type Log = { notice: (text: string) => void };

/** Serverless plugin: checks the settings before anything is created, and adds to the stack what goes per function. */
export default class DeployPlugin {
  hooks: Record<string, () => unknown>;
  private readonly serverless: Serverless;
  private readonly provider: Provider;

  private readonly log: Log;

  constructor(serverless: Serverless, _options: unknown, { log }: { log: Log }) {
    this.serverless = serverless;
    this.log = log;
    this.provider = serverless.getProvider('aws');
    this.hooks = {
      initialize: () => this.check(),
      'before:aws:package:finalize:saveServiceState': () => this.complete(),
      'after:aws:info:gatherData': () => this.showOutputs(),
      'after:remove:remove': () => this.tellRetained(),
    };
  }

  private get stage(): string {
    return this.provider.getStage();
  }

  private check(): void {
    const { service, processedInput, classes } = this.serverless;
    const [command = '', subcommand] = processedInput.commands;
    const deploys = command === 'deploy' && subcommand !== 'list';
    if (!deploys && command !== 'package') return;
    if (deploys && this.stage === 'local') {
      throw new classes.Error(
        'Stage "local" runs on this machine, with "npm start": its token is no secret.',
      );
    }
    const callbacks = callbacksOf(service.functions);
    const names = callbacks.map(({ name }) => name);
    const problems = [
      ...settingProblems(service.custom.settings, names, process.env),
      ...(deploys
        ? digestProblems(
            names.map((name) => ({ ...service.functions[name], name })),
            this.stage,
          )
        : []),
    ];
    if (problems.length === 0) return;
    const where = `Nothing was created. Settings come from the environment, .env.${this.stage} or .env; .env.example explains each.`;
    throw new classes.Error([...problems, where].join('\n'));
  }

  /** Alarms, dashboard, outputs and log permissions: they follow from the functions, so a new callback needs none of them written. */
  private complete(): void {
    const { service } = this.serverless;
    const { naming } = this.provider;
    const template = service.provider.compiledCloudFormationTemplate;
    const stack = { name: naming.getStackName(), stage: this.stage };
    const callbacks = callbacksOf(service.functions);
    for (const callback of callbacks) {
      const functionId = naming.getNormalizedFunctionName(callback.name);
      const hours = silenceHours(callback.name, process.env);
      Object.assign(template.Resources, alarmsOf(callback, stack, functionId, hours));
      Object.assign(template.Outputs, urlOutput(callback, functionId));
    }
    template.Resources.Dashboard = dashboardOf(callbacks, stack);
    allowLogs(template, service.functions, (name) => naming.getLogGroupLogicalId(name));
    this.subscribe();
    for (const resource of Object.values(template.Resources)) {
      if (resource.Type !== 'AWS::Logs::LogGroup') continue;
      Object.assign(resource, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      resource.Properties.RetentionInDays = Number(service.custom.settings.logRetentionDays);
    }
  }

  private subscribe(): void {
    const { custom, provider } = this.serverless.service;
    if (!custom.settings.alarmEmail) return;
    provider.compiledCloudFormationTemplate.Resources.AlarmEmail = {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'AlarmTopic' },
        Protocol: 'email',
        Endpoint: custom.settings.alarmEmail,
      },
    };
  }

  private showOutputs(): void {
    const { plugins } = this.serverless.pluginManager;
    const { outputs } = plugins.find((plugin) => plugin.gatheredData !== undefined)?.gatheredData ?? {};
    const lines = outputLines(outputs ?? []);
    if (lines.length > 0) this.serverless.addServiceOutputSection('stack', lines);
  }

  private tellRetained(): void {
    const { Resources } = this.serverless.service.resources;
    for (const { Type, DeletionPolicy, Properties } of Object.values(Resources)) {
      if (DeletionPolicy === 'Retain') this.log.notice(retained(Type, String(Properties.TableName)));
    }
  }
}

const retained = (type: string, name: string): string =>
  [
    `\nKept: ${type} ${name}, with every record in it. Everything else of this stage is gone, queues included.`,
    'To use the table again or to delete it for good: docs/deploy.md, "Remove".',
  ].join('\n');
