// Drives a Vault server with node-vault. Arguments: the steps, as JSON; prints their results as JSON.
'use strict';
const vaultOf = (token) => require('node-vault')({ endpoint: process.env.ADDR, token, namespace: process.env.NS || undefined });

(async () => {
  let vault = vaultOf(process.env.TOKEN);
  const results = [];
  for (const [call, ...args] of JSON.parse(process.argv[2])) {
    try {
      const result = await vault[call](...args);
      results.push(result ?? null);
      if (result && result.auth && result.auth.client_token) {
        vault = vaultOf(result.auth.client_token);
      }
    } catch (e) {
      results.push({ error: e.response ? e.response.statusCode : String(e) });
    }
  }
  console.log(JSON.stringify(results));
})();
