// OpenFeature's own server SDK with its OFREP provider. The arguments are the base URL and a JSON list of
// [type, flag, default, context]; prints a JSON list of the evaluations' details.
const { OpenFeature } = require('@openfeature/server-sdk');
const { OFREPProvider } = require('@openfeature/ofrep-provider');

async function main() {
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: process.argv[2] }));
  const client = OpenFeature.getClient();
  const results = [];
  for (const [type, flag, fallback, context] of JSON.parse(process.argv[3])) {
    const { value, variant, reason, errorCode, errorMessage, flagMetadata } = await client[`get${type}Details`](flag, fallback, context);
    results.push({ value, variant, reason, errorCode, errorMessage, flagMetadata });
  }
  await OpenFeature.close();
  process.stdout.write(JSON.stringify(results));
}

main().catch(error => { console.error(error); process.exit(1); });
