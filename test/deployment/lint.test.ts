import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { describe, expect, test } from 'vitest';
import { isException, LINT_EXCEPTIONS } from '../support/lint-exceptions.ts';
import { plainEnvironment } from '../support/run.ts';
import { packagedStages, STAGES } from '../support/template.ts';

const { template, templateFile } = packagedStages();

type Finding = { rule: string; entity: string; message: string };

const validate = (file: string): Finding[] => {
  const engine = new RegoEngine();
  try {
    const { diagnostics } = engine.validateStandard(new TemplateFile(file));
    return diagnostics.map(({ ruleId, entity, message }) => ({
      rule: ruleId,
      entity: entity?.logicalId ?? '',
      message,
    }));
  } finally {
    engine.free();
  }
};

const run = (...args: string[]) =>
  spawnSync('cfn-lint', args, { encoding: 'utf8', env: plainEnvironment({ HOME: process.env.HOME ?? '' }) });

const cfnLint = (file: string): Finding[] => {
  const { stdout, stderr } = run('--include-checks', 'I', '--format', 'json', '--', file);
  type Match = { Rule: { Id: string }; Location: { Path: string[] }; Message: string };
  const matches: Match[] = JSON.parse(stdout || `cfn-lint wrote no findings: ${stderr}`);
  return matches.map(({ Rule, Location, Message }) => ({
    rule: Rule.Id,
    entity: Location.Path[1] ?? '',
    message: Message,
  }));
};

const unexpected = (findings: Finding[]): Finding[] =>
  findings.filter(({ rule, entity }) => !isException(rule, entity));

const installed = run('--version').status === 0;
if (!installed) process.stderr.write('cfn-lint is not installed, so what it finds is not looked at.\n');

describe.each(STAGES)('the template of stage %s', (stage) => {
  test("passes AWS's validator with only the listed exceptions", () => {
    expect(unexpected(validate(templateFile(stage)))).toEqual([]);
  });

  test.skipIf(!installed)('passes cfn-lint with only the listed exceptions', () => {
    expect(unexpected(cfnLint(templateFile(stage)))).toEqual([]);
  });
});

test('every listed exception is needed', () => {
  const rules = validate(templateFile('prod')).map(({ rule }) => rule);

  expect(Object.keys(LINT_EXCEPTIONS).filter((rule) => !rules.includes(rule))).toEqual([]);
});

test('the validator sees a property that does not exist, and a table that is left to chance', () => {
  const file = `${templateFile('dev')}.broken`;
  const broken = structuredClone(template('dev'));
  Object.assign(broken.Resources.DeliveriesQueue?.Properties ?? {}, { SqsManagedSse: true });
  delete broken.Resources.CallsTable?.DeletionPolicy;
  writeFileSync(file, JSON.stringify(broken));

  const findings = unexpected(validate(file)).map(({ rule, entity }) => `${rule} ${entity}`);
  expect(findings.sort()).toEqual(['F3002 DeliveriesQueue', 'I3011 CallsTable', 'W3011 CallsTable']);
});
