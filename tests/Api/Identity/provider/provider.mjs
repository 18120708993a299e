// A certified OpenID Connect provider on loopback, for tests. It has two clients and admits whoever logs in by a name; what it says of them is made of the name.
// Usage: node provider.mjs PORT SIGN_IN_URI BACKCHANNEL_LOGOUT_URI. It prints "ready" once it listens; each line it reads rotates its keys.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const [port, signInUri, logoutUri] = process.argv.slice(2);
const redirectUris = ['corp', 'partner'].map((name) => `${signInUri}/${name}/callback`);
const issuer = `http://127.0.0.1:${port}`;
let generation = 0;

const key = () => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: `key-${++generation}`, use: 'sig', alg: 'RS256' });

const provider = (keys) => {
  const made = new Provider(issuer, {
    clients: [
      { client_id: 'platform', client_secret: 'a secret + more', redirect_uris: redirectUris, backchannel_logout_uri: logoutUri, backchannel_logout_session_required: true },
      { client_id: 'public', token_endpoint_auth_method: 'none', redirect_uris: redirectUris },
    ],
    jwks: { keys },
    cookies: { keys: ['a key of a test'] },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Name of ${id}`, email: `${id}@example.org`, email_verified: !id.startsWith('unverified'), groups: id.startsWith('editor') ? ['staff', 'editors'] : ['staff'] }),
    }),
    pkce: { required: () => true },
    // Its own refuses loopback, where the platform is in tests.
    fetch: (url, options) => { delete options.dispatcher; return fetch(url, options); },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, IdToken: 300, AccessToken: 300 },
  });
  made.on('backchannel.error', (_, error) => console.error(error));
  return made;
};

let keys = [key()];
let current = provider(keys);
createServer((request, response) => current.callback()(request, response)).listen(Number(port), '127.0.0.1', () => console.log('ready'));
createInterface({ input: process.stdin }).on('line', () => {
  // The new key alone: a relying party that never asks again knows none that fits.
  keys = [key()];
  current = provider(keys);
  console.log('rotated');
});
