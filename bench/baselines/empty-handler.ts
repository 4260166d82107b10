/** The floor: what the runtime alone costs. */
export const handler = async () => ({ statusCode: 200, body: '{"status":"accepted"}' });
