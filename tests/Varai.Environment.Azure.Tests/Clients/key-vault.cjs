// Azure's own client against the server of the tests. The first argument is a JSON list of [command, ...arguments]; prints a JSON list of
// what came back.
'use strict';
const {ClientSecretCredential} = require('@azure/identity');
const {SecretClient} = require('@azure/keyvault-secrets');

const {VAULT, TENANT, CLIENT, CLIENT_SECRET} = process.env;
const credential = new ClientSecretCredential(TENANT, CLIENT, CLIENT_SECRET, {
  authorityHost: VAULT.replace(/\/$/, ''),
  disableInstanceDiscovery: true,
});
const client = new SecretClient(VAULT, credential, {disableChallengeResourceVerification: true, retryOptions: {maxRetries: 0}});
const quickly = {intervalInMs: 20};

const describe = ({value, properties}) => ({
  value,
  version: properties.version,
  contentType: properties.contentType,
  tags: properties.tags,
  expires: properties.expiresOn ? properties.expiresOn.getTime() / 1000 : undefined,
});

const pages = async iterator => {
  const found = [];
  for await (const page of iterator.byPage({maxPageSize: 3}))
    found.push(page.map(properties => properties.name));
  return found;
};

const commands = {
  async set(name, value, options = {}) {
    if (options.expires)
      options.expiresOn = new Date(options.expires * 1000);
    return describe(await client.setSecret(name, value, options));
  },
  get: async (name, version) => describe(await client.getSecret(name, {version})),
  disable: async (name, version) => describe({properties: await client.updateSecretProperties(name, version, {enabled: false})}),
  list: () => pages(client.listPropertiesOfSecrets()),
  listDeleted: () => pages(client.listDeletedSecrets()),
  async versions(name) {
    const found = [];
    for await (const properties of client.listPropertiesOfSecretVersions(name))
      found.push(properties.version);
    return found;
  },
  async delete(name) {
    const deleted = await (await client.beginDeleteSecret(name, quickly)).pollUntilDone();
    return {name: deleted.name, recoverable: Boolean(deleted.recoveryId)};
  },
  async recover(name) {
    const recovered = await (await client.beginRecoverDeletedSecret(name, quickly)).pollUntilDone();
    return {name: recovered.name};
  },
  async purge(name) {
    await client.purgeDeletedSecret(name);
    return {};
  },
};

async function main() {
  const results = [];
  for (const [command, ...rest] of JSON.parse(process.argv[2])) {
    try {
      results.push(await commands[command](...rest));
    } catch (error) {
      results.push({error: error.code || error.name, status: error.statusCode});
    }
  }
  console.log(JSON.stringify(results));
}

main().catch(error => { console.error(error); process.exit(1); });
