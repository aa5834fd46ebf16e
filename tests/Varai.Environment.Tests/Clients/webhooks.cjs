// Says what the receiving side's own libraries make of requests, given as JSON.
'use strict';
const { Webhook } = require('standardwebhooks');
const { HTTP } = require('cloudevents');

const requests = JSON.parse(process.argv[2]);
const answers = requests.map(({ headers, body, keys }) => {
  const answer = { verified: [] };
  for (const key of keys) {
    try {
      new Webhook(key).verify(body, headers);
      answer.verified.push(true);
    } catch (error) {
      answer.verified.push(error.message);
    }
  }
  if (HTTP.isEvent({ headers, body })) {
    const event = HTTP.toEvent({ headers, body });
    answer.event = { valid: event.validate(), id: event.id, type: event.type, source: event.source, subject: event.subject, version: event.data.version };
  }
  return answer;
});
console.log(JSON.stringify(answers));
