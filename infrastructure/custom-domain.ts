import type { Resource } from './serverless-types.ts';

/** A host name for the callbacks' URLs in place of the API's, and its certificate. */
export type CustomDomain = { name: string; certificateArn: string };

/** The host name of the API, as text for Fn::Sub. */
export const hostOf = (domain: CustomDomain | undefined): string =>
  domain?.name ?? `\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`;

/**
 * Lets the API answer at its own domain. The owner of the domain makes the DNS record:
 * docs/deploy.md.
 */
export const domainResources = (domain: CustomDomain): Record<string, Resource> => ({
  CustomDomain: {
    Type: 'AWS::ApiGatewayV2::DomainName',
    Properties: {
      DomainName: domain.name,
      DomainNameConfigurations: [
        { CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    },
  },
  CustomDomainMapping: {
    Type: 'AWS::ApiGatewayV2::ApiMapping',
    Properties: {
      DomainName: { Ref: 'CustomDomain' },
      ApiId: { Ref: 'HttpApi' },
      Stage: { Ref: 'HttpApiStage' },
    },
  },
});
