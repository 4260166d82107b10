import { callbacks } from '../shared/callbacks/list.ts';
import { outputLines } from './outputs.ts';
import type { Provider, Serverless } from './serverless-types.ts';
import { digestProblems, settingProblems } from './settings.ts';
import { completeTemplate } from './template-additions.ts';

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
      initialize: () => this.checkSettings(),
      'before:aws:package:finalize:saveServiceState': () =>
        completeTemplate(serverless.service, this.provider),
      // What is deployed may have been packaged before, elsewhere.
      'before:aws:deploy:deploy:createStack': () => this.checkDigests(),
      'after:aws:info:gatherData': () => this.showOutputs(),
      'after:remove:remove': () => this.tellRetained(),
    };
  }

  private get stage(): string {
    return this.provider.getStage();
  }

  private checkSettings(): void {
    const { service, processedInput, classes } = this.serverless;
    const [command = '', subcommand] = processedInput.commands;
    const deploys = command === 'deploy' && subcommand !== 'list';
    // Before the -- an option is npm's: what was meant for one stage would be done to another.
    if (process.env.npm_config_stage && !processedInput.options.stage) {
      throw new classes.Error(
        `npm kept --stage for itself: write "npm run ${command} -- --stage ${process.env.npm_config_stage}".`,
      );
    }
    if (!deploys && command !== 'package') return;
    if (deploys && this.stage === 'local') {
      throw new classes.Error(
        'Stage "local" runs on this machine, with "npm start": its token is no secret.',
      );
    }
    const problems = settingProblems(service.custom.settings, callbacks, process.env);
    if (deploys && !processedInput.options.package) {
      const environmentOf = (name: string) => service.functions[name]?.environment;
      problems.push(...digestProblems(callbacks, environmentOf, this.stage));
    }
    this.stopFor(problems);
  }

  private checkDigests(): void {
    const { provider } = this.serverless.service;
    const environmentOf = (name: string) => {
      const id = this.provider.naming.getLambdaLogicalId(name);
      const environment = provider.compiledCloudFormationTemplate.Resources[id]?.Properties.Environment;
      return (environment as { Variables?: Record<string, unknown> } | undefined)?.Variables;
    };
    this.stopFor(digestProblems(callbacks, environmentOf, this.stage));
  }

  private stopFor(problems: string[]): void {
    if (problems.length === 0) return;
    const where = `Nothing was created. Settings come from the environment, .env.${this.stage} or .env; .env.example explains each.`;
    throw new this.serverless.classes.Error([...problems, where].join('\n'));
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
