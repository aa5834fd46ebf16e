// OpenFeature's own web SDK with its OFREP provider, which evaluates in bulk and follows the event stream. The argument is
// the base URL. Prints a JSON object: what was read at first, for another context, and after a change that POST /change makes.
globalThis.EventSource = require('eventsource').EventSource;
const { OpenFeature, ProviderEvents } = require('@openfeature/web-sdk');
const { OFREPWebProvider } = require('@openfeature/ofrep-web-provider');

const baseUrl = process.argv[2];

// What went over the wire, and the first answer that says nothing has changed: the stream's first event makes the client ask again.
const requests = [];
let tellNotModified;
const notModified = new Promise(resolve => { tellNotModified = resolve; });
const send = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const response = await send(request);
  requests.push({
    path: new URL(request.url).pathname, sent: request.headers.get('if-none-match'), status: response.status, etag: response.headers.get('etag'),
  });
  if (response.status === 304) tellNotModified();
  return response;
};

function read(client) {
  return {
    toggle: client.getBooleanDetails('toggle', false),
    text: client.getStringDetails('text', 'none'),
    number: client.getNumberDetails('number', 0),
    object: client.getObjectDetails('object', {}),
    unknown: client.getBooleanDetails('unknown', true),
    bare: client.getStringDetails('bare', 'from code'),
  };
}

async function main() {
  const results = {};
  await OpenFeature.setContext({ targetingKey: 'u1', plan: 'free' });
  await OpenFeature.setProviderAndWait(new OFREPWebProvider({ baseUrl, pollInterval: 0, cacheMode: 'disabled' }));
  const client = OpenFeature.getClient();
  results.first = read(client);

  await OpenFeature.setContext({ targetingKey: 'u1', plan: 'pro' });
  results.pro = read(client);

  await notModified;
  const changed = new Promise(resolve => client.addHandler(ProviderEvents.ConfigurationChanged, event => {
    if (event.flagsChanged.includes('text')) resolve(event.flagsChanged);
  }));
  await send(`${baseUrl}/change`, { method: 'POST' });
  results.changedFlags = await changed;
  results.changed = read(client);

  await OpenFeature.close();
  process.stdout.write(JSON.stringify({ ...results, requests }), () => process.exit(0));
}

main().catch(error => { console.error(error); process.exit(1); });
