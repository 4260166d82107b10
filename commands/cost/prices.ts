/**
 * Public list prices in US dollars, US West (Oregon), without free tiers, as AWS's Price List had them on 2026-08-09. Sources:
 * aws.amazon.com/{api-gateway,lambda,sqs,dynamodb,cloudwatch,xray}/pricing. Other regions differ by up to a quarter.
 */
export const PRICES = {
  date: '2026-08-09',
  region: 'US West (Oregon)',
  httpApiMillion: 1.0,
  lambdaMillion: 0.2,
  lambdaArmGbSecond: 0.0000133334,
  sqsMillion: 0.4,
  writeUnitsMillion: 0.625,
  storageGbMonth: 0.25,
  pointInTimeRecoveryGbMonth: 0.2,
  logsGb: 0.5,
  logsStoredGbMonth: 0.03,
  tracesMillion: 5.0,
  customMetricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3.0,
};

/** What a hosted webhook gateway lists for so many events a month; undefined where its page states no rate. */
export type Gateway = {
  name: string;
  source: string;
  monthly: (events: number) => number | undefined;
};

// Read on 2026-09-20.
export const GATEWAYS: Gateway[] = [
  {
    name: 'Svix, Professional',
    source: 'https://www.svix.com/pricing/: $490 a month with 50,000 messages, then $0.0001 each',
    monthly: (events) => 490 + Math.max(0, events - 50_000) * 0.0001,
  },
  {
    name: 'Svix, Free',
    source: 'https://www.svix.com/pricing/: 50,000 messages a month, then $0.0001 each, at most 200 a second',
    monthly: (events) => Math.max(0, events - 50_000) * 0.0001,
  },
  {
    name: 'Hookdeck, Team',
    source:
      'https://hookdeck.com/pricing: from $39 a month with 10,000 events; the rate beyond is not in its text',
    monthly: (events) => (events <= 10_000 ? 39 : undefined),
  },
];
