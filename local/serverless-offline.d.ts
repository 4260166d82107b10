declare module 'serverless-offline/lambda' {
  type Definition = { functionKey: string; functionDefinition: unknown };

  /** Runs functions of a service; each instance handles one call at a time. */
  export default class Lambda {
    constructor(serverless: unknown, options: object);
    create(functions: Definition[]): void;
    get(functionKey: string): { setEvent: (event: object) => void; runHandler: () => Promise<unknown> };
  }
}
