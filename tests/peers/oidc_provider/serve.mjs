// An OpenID Connect provider on this machine's loopback only, for one client of one house.
// Prints {"ready": true} and ends when its standard input does; a line {"sub": …, "claims": {…}} there says what it
// tells about somebody from now on. Run as: node serve.mjs FOLDER_WITH_NODE_MODULES PORT REDIRECT_URI ALGORITHM
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

console.info = console.warn = console.log = () => {}; // standard output is for our own lines
const [modules, port, redirectUri, algorithm] = process.argv.slice(2);
const find = createRequire(path.join(modules, 'package.json'));
const { Provider } = await import(pathToFileURL(find.resolve('oidc-provider')));

const key = (kind, options, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  alg,
  kid: alg,
});
const people = new Map();

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'one-voice',
      client_secret: 'made for one test run',
      redirect_uris: [redirectUri],
      id_token_signed_response_alg: algorithm,
    },
  ],
  jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256')] },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  pkce: { required: () => true },
  cookies: { keys: ['made for one test run'] },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
});

provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('{"ready": true}\n'));
const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { sub, claims } = JSON.parse(line);
  people.set(sub, claims);
  process.stdout.write('{"known": true}\n');
});
lines.on('close', () => process.exit(0));
