// Drives the vendor's own client: node keyvault.cjs STEP ARGUMENTS. Prints JSON.
const { ClientSecretCredential } = require('@azure/identity');
const { SecretClient } = require('@azure/keyvault-secrets');

const { VAULT, TENANT, CLIENT, CLIENT_SECRET } = process.env;
const credential = new ClientSecretCredential(TENANT, CLIENT, CLIENT_SECRET, {
  authorityHost: VAULT,
  disableInstanceDiscovery: true,
});
const client = new SecretClient(VAULT, credential, { disableChallengeResourceVerification: true });

const steps = {
  async set(name, value, contentType) {
    const { properties } = await client.setSecret(name, value, {
      contentType,
      tags: { owner: 'node' },
      expiresOn: new Date('2035-01-01T00:00:00Z'),
    });
    return properties.version;
  },
  async get(name, version) {
    const { value, properties } = await client.getSecret(name, { version });
    const { contentType, tags, enabled } = properties;
    return { value, version: properties.version, contentType, tags, enabled, expiresOn: properties.expiresOn };
  },
  async list() {
    const names = [];
    for await (const page of client.listPropertiesOfSecrets().byPage({ maxPageSize: 2 }))
      names.push(page.map((secret) => secret.name));
    return names;
  },
  async versions(name) {
    const versions = [];
    for await (const secret of client.listPropertiesOfSecretVersions(name)) versions.push(secret.version);
    return versions;
  },
  async disable(name, version) {
    return (await client.updateSecretProperties(name, version, { enabled: false })).enabled;
  },
  async delete(name) {
    const poller = await client.beginDeleteSecret(name, { intervalInMs: 10 });
    return (await poller.pollUntilDone()).name;
  },
  async deleted() {
    const names = [];
    for await (const secret of client.listDeletedSecrets()) names.push(secret.name);
    return names;
  },
  async recover(name) {
    const poller = await client.beginRecoverDeletedSecret(name, { intervalInMs: 10 });
    return (await poller.pollUntilDone()).name;
  },
  async purge(name) {
    await client.purgeDeletedSecret(name);
    return true;
  },
  async fail(name) {
    try {
      return await client.getSecret(name);
    } catch (error) {
      return { status: error.statusCode, code: error.code };
    }
  },
};

// Several steps in one run, since starting takes longer than any of them: each argument is a JSON array [step, ...arguments].
(async () => {
  const answers = [];
  for (const text of process.argv.slice(2)) {
    const [step, ...args] = JSON.parse(text);
    answers.push((await steps[step](...args.map((argument) => argument ?? undefined))) ?? null);
  }
  console.log(JSON.stringify(answers));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
