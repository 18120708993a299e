// Asks for flags as an application would: node client.mjs ADDRESS TOKEN VISITOR PLAN KEY KIND FALLBACK..., and prints what OpenFeature's client made of the answers.
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

const [baseUrl, token, targetingKey, plan, ...asked] = process.argv.slice(2);
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [['Authorization', `Bearer ${token}`]] }));
const client = OpenFeature.getClient();
const details = [];
for (let i = 0; i < asked.length; i += 3) {
  const [key, kind, fallback] = asked.slice(i, i + 3);
  const ask = { boolean: client.getBooleanDetails, text: client.getStringDetails, number: client.getNumberDetails, json: client.getObjectDetails }[kind];
  details.push(await ask.call(client, key, JSON.parse(fallback), { targetingKey, plan }));
}
console.log(JSON.stringify(details));
