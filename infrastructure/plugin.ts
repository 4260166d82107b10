import * as v from 'valibot';
import { callbacks } from '../shared/callbacks/list.ts';
import { endpointsOf } from '../shared/events/endpoints.ts';
import { credentialProblems } from './credentials.ts';
import { digestProblems } from './digests.ts';
import { outputLines } from './outputs.ts';
import { regionOf } from './place.ts';
import { type Place, problemsOf } from './problems.ts';
import { tellRetention } from './retention.ts';
import { scheduleIn, setSchedule } from './schedule.ts';
import type { Provider, Serverless } from './serverless-types.ts';
import { readSettings, type Settings } from './settings.ts';
import { addToTemplate } from './template-additions.ts';
import { addWebhookQueues } from './webhooks.ts';

type Log = { notice: (text: string) => void };

const WithVariables = v.object({
  Properties: v.object({ Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }) }),
});

/**
 * Serverless plugin: checks the settings before anything is created, and adds to the stack what
 * code makes.
 */
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
      // Before other plugins read the service.
      initialize: () => {
        this.addWebhookQueues();
        // On stage local only the command compares, whatever .env says for other stages.
        setSchedule(serverless.service, this.stage === 'local' ? 'off' : scheduleIn(process.env));
        tellRetention(serverless.service.functions, callbacks, process.env);
      },
      'before:aws:package:finalize:saveServiceState': () =>
        addToTemplate(serverless.service, this.provider, this.settings),
      // A packaged stage may have been built elsewhere, without these checks.
      'before:aws:deploy:deploy:createStack': () => this.checkPackagedDigests(),
      'after:aws:info:gatherData': () => this.showOutputs(),
      'after:remove:remove': () => this.tellRetained(),
    };
  }

  /**
   * Serverless waits for this before it validates the resolved serverless.yml, whose errors name no
   * setting.
   */
  asyncInit(): Promise<void> {
    return this.check();
  }

  private get stage(): string {
    return this.provider.getStage();
  }

  private get settings(): Settings {
    return readSettings(process.env, callbacks);
  }

  private addWebhookQueues(): void {
    const { WEBHOOK_URLS } = process.env;
    try {
      const { naming } = this.provider;
      addWebhookQueues(this.serverless.service, naming.getStackName(), endpointsOf(WEBHOOK_URLS));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.stopFor([`WEBHOOK_URLS is "${WEBHOOK_URLS}": it must be comma-separated URLs.`]);
    }
  }

  private async check(): Promise<void> {
    const { processedInput, classes } = this.serverless;
    const [command = '', subcommand] = processedInput.commands;
    const deploys = command === 'deploy' && subcommand !== 'list';
    // npm keeps an option that stands before the --, so the command would run on another stage.
    if (process.env.npm_config_stage && !processedInput.options.stage) {
      throw new classes.Error(
        `npm kept --stage for itself: write "npm run ${command} -- --stage ${process.env.npm_config_stage}".`,
      );
    }
    if (!deploys && command !== 'package') return;
    if (deploys && this.stage === 'local') {
      throw new classes.Error(
        'Stage "local" is not deployed, because its token is public: "npm start" runs it on this machine.',
      );
    }
    const problems = problemsOf(process.env, callbacks, this.place);
    if (deploys && !processedInput.options.package) {
      problems.push(...digestProblems(callbacks, () => process.env, this.stage));
    }
    if (deploys) problems.push(...(await credentialProblems(this.provider)));
    this.stopFor(problems);
  }

  private get place(): Place {
    const { configSchemaHandler, processedInput } = this.serverless;
    return {
      stage: this.stage,
      // Serverless has not resolved it yet.
      region: regionOf(processedInput.options.region),
      isRegionGiven: processedInput.options.region !== undefined,
      regions: configSchemaHandler.schema.properties.provider.properties.region.enum,
    };
  }

  private checkPackagedDigests(): void {
    const { Resources } = this.serverless.service.provider.compiledCloudFormationTemplate;
    const environmentOf = (name: string) => {
      const { success, output } = v.safeParse(
        WithVariables,
        Resources[this.provider.naming.getLambdaLogicalId(name)],
      );
      return success ? output.Properties.Environment.Variables : undefined;
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

  private async tellRetained(): Promise<void> {
    const { Resources } = this.serverless.service.resources;
    const [account, region] = [await this.provider.getAccountId(), this.provider.getRegion()];
    const kept = Object.values(Resources)
      .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
      .map(({ Type, Properties }) => [Type, Properties.TableName ?? Properties.BucketName] as const)
      .map(([type, name]) => `Kept: ${type} ${withPlace(name, account, region)}`);
    if (this.settings.readers.hasUserPool && this.stage !== 'local') {
      kept.push(`Kept: AWS::Cognito::UserPool ${this.provider.naming.getStackName()}`);
    }
    if (kept.length > 0) this.log.notice(['', ...kept, REST].join('\n'));
  }
}

/** Resolves `${AWS::AccountId}` and `${AWS::Region}` in a name, as CloudFormation does. */
const withPlace = (name: unknown, account: string, region: string): string => {
  const text = typeof name === 'string' ? name : String((name as { 'Fn::Sub': string })['Fn::Sub']);
  return text.replace(`\${AWS::AccountId}`, account).replace(`\${AWS::Region}`, region);
};

const REST =
  'Everything else of this stage is deleted, queues included. To reuse what was kept, or to delete it for good: docs/operations.md, "Remove".';
