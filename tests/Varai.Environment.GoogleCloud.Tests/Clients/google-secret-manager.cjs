// Google's own client against the server of the tests. Usage: HOST PORT TOKEN COMMAND [ARGUMENTS...]; prints JSON.
'use strict';
const {SecretManagerServiceClient} = require('@google-cloud/secret-manager');
const {GoogleAuth, OAuth2Client} = require('google-auth-library');

const [host, port, token, command, ...rest] = process.argv.slice(2);
const parent = 'projects/varai-test';
const authClient = new OAuth2Client();
authClient.setCredentials({access_token: token, expiry_date: Date.now() + 3600000});
const client = new SecretManagerServiceClient({
  fallback: true,
  protocol: 'http',
  apiEndpoint: host,
  port: Number(port),
  auth: new GoogleAuth({authClient}),
});

const secretName = id => `${parent}/secrets/${id}`;
const versionName = (id, version) => `${secretName(id)}/versions/${version}`;
const lastSegment = name => name.split('/').pop();

const commands = {
  // Creates a secret with labels, adds two versions with our own checksum for the second one.
  async write(id, first, second, secondCrc32c) {
    const [secret] = await client.createSecret({
      parent,
      secretId: id,
      secret: {replication: {automatic: {}}, labels: {team: 'node'}, annotations: {note: 'by node'}},
    });
    await client.addSecretVersion({parent: secret.name, payload: {data: Buffer.from(first, 'base64')}});
    const [version] = await client.addSecretVersion({
      parent: secret.name,
      payload: {data: Buffer.from(second, 'base64'), dataCrc32c: secondCrc32c},
    });
    return {name: lastSegment(secret.name), version: lastSegment(version.name), state: version.state, checked: version.clientSpecifiedPayloadChecksum};
  },

  async writeWrongChecksum(id, value, crc32c) {
    await client.addSecretVersion({parent: secretName(id), payload: {data: Buffer.from(value, 'base64'), dataCrc32c: crc32c}});
  },

  async read(id, version) {
    const [answer] = await client.accessSecretVersion({name: versionName(id, version)});
    return {
      version: lastSegment(answer.name),
      data: Buffer.from(answer.payload.data).toString('base64'),
      crc32c: String(answer.payload.dataCrc32c),
    };
  },

  async describe(id) {
    const [secret] = await client.getSecret({name: secretName(id)});
    const [versions] = await client.listSecretVersions({parent: secretName(id), pageSize: 2});
    return {
      labels: secret.labels,
      replicas: (secret.replication.userManaged || {replicas: []}).replicas.map(replica => replica.location),
      expires: secret.expireTime ? Number(secret.expireTime.seconds) : null,
      topics: secret.topics.map(topic => topic.name),
      versions: versions.map(version => `${lastSegment(version.name)}:${version.state}`),
    };
  },

  async list(filter, pageSize) {
    const names = [];
    for await (const secret of client.listSecretsAsync({parent, filter, pageSize: Number(pageSize)}, {autoPaginate: true}))
      names.push(lastSegment(secret.name));
    return names;
  },

  async change(id, version, action) {
    const call = {disable: 'disableSecretVersion', enable: 'enableSecretVersion', destroy: 'destroySecretVersion'}[action];
    const [changed] = await client[call]({name: versionName(id, version)});
    return {state: changed.state, etag: changed.etag};
  },

  async delete(id) {
    await client.deleteSecret({name: secretName(id)});
    return {};
  },
};

// Without gRPC, the client's error has the whole answer as its message.
const describe = error => {
  try {
    return {status: JSON.parse(error.message).error.status};
  } catch {
    return {status: null, message: String(error.stack)};
  }
};

commands[command](...rest).then(
  result => console.log(JSON.stringify(result)),
  error => console.log(JSON.stringify(describe(error))));
