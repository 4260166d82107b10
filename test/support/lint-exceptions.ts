/** Findings of cfn-lint and of AWS's validator that are not acted on, by rule, and why. */
export const LINT_EXCEPTIONS: Record<string, { where: RegExp; why: string }> = {
  I1022: {
    where: /^(ServerlessDeploymentBucketPolicy|\w+LambdaPermissionHttpApi|HttpApiUrl)$/,
    why: 'Serverless itself writes Fn::Join where Fn::Sub would do',
  },
  W3005: {
    where: /^(\w+LambdaFunction|HttpApiRoute\w+|HttpApiStage)$/,
    why: 'Serverless itself writes DependsOn beside a reference that implies it',
  },
  W9003: {
    where: /^HttpApiStage$/,
    why: 'settings are text, as the environment has them; they are checked before, and CloudFormation reads them as numbers',
  },
  I9001: { where: /./, why: 'not a finding: it names the properties whose change replaces a resource' },
  I9040: { where: /./, why: 'tags are set on the stack, and CloudFormation hands them on to every resource' },
};

/** Whether a finding of `rule` at the template's `entity` is one of the exceptions. */
export const isException = (rule: string, entity: string): boolean =>
  LINT_EXCEPTIONS[rule]?.where.test(entity) ?? false;
