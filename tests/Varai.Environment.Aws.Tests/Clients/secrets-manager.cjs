// The vendor's client. The first argument is a JSON list of [command, input]; prints a JSON list of what came back.
const sm = require('@aws-sdk/client-secrets-manager');

const client = new sm.SecretsManagerClient({
  endpoint: process.env.AWS_ENDPOINT,
  region: process.env.AWS_REGION,
  credentials: { accessKeyId: process.env.TEST_KEY_ID, secretAccessKey: process.env.TEST_KEY },
});

async function main() {
  const results = [];
  for (const [command, input] of JSON.parse(process.argv[2])) {
    if (typeof input.SecretBinary === 'string') input.SecretBinary = Buffer.from(input.SecretBinary, 'base64');
    try {
      const { $metadata, ...output } = await client.send(new sm[command + 'Command'](input));
      results.push(output);
    } catch (error) {
      results.push({ error: error.name });
    }
  }
  process.stdout.write(JSON.stringify(results, (_, value) => (value && value.type === 'Buffer' ? Buffer.from(value.data).toString('base64')
    : value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)));
}

main().catch(error => { console.error(error); process.exit(1); });
