/** What the id of a test call begins with. NXCloud gives no such ids. */
export const TEST_PREFIX = 'nxcloud-test-';

/** Whether a call was made up to try a callback, by the id of its `pk` or its `callId`. Only such calls can be removed. */
export const isTestCall = (id: string): boolean => id.replace(/^call:/, '').startsWith(TEST_PREFIX);
