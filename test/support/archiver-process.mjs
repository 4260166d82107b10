// The deployed archiver in a process that does nothing else, so that its memory is what the function takes.
const { handler } = await import(process.argv[2]);

process.on('message', async (event) => {
  const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 600_000 };
  const { batchItemFailures } = await handler(event, context);
  process.send({ failed: batchItemFailures.length, peakBytes: 1024 * process.resourceUsage().maxRSS });
});
process.on('disconnect', () => process.exit());
process.send('ready');
