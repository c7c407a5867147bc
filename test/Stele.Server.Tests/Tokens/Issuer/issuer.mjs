// An OpenID Connect issuer on loopback: issuer.mjs CERTIFICATE KEY. Says "ready PORT" when it listens. Takes lines on its
// standard input: "rotate" makes another signing key, of another kind, and drops the one before the last; "page URL" has it know
// a page in a browser, whose users sign in here by any name and are sent back to that address.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const [certificate, key, port = '0'] = process.argv.slice(2);
let keys = [];
let page = null;
let handle = (request, response) => response.writeHead(503).end();
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (...call) => handle(...call));

function newKey() {
  const [kind, options, alg] = keys[0]?.alg === 'RS256'
    ? ['ec', { namedCurve: 'P-256' }, 'ES256']
    : ['rsa', { modulusLength: 2048 }, 'RS256'];
  return { ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg };
}

function pageClient(alg) {
  return {
    client_id: 'explorer', token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'],
    redirect_uris: [page], id_token_signed_response_alg: alg,
  };
}

function rotate(issuer) {
  keys = [newKey(), ...keys].slice(0, 2);
  const { alg } = keys[0];
  const client = (id) => ({
    client_id: id, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
    id_token_signed_response_alg: alg,
  });
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: [client('alice'), client('bob'), ...(page ? [pageClient(alg)] : [])],
    clientBasedCORS: (context, origin) => page !== null && origin === new URL(page).origin,
    ttl: { ClientCredentials: 3600 },
    extraTokenClaims: (context, token) => (token.clientId === 'alice' ? { oid: 'alice-object-id' } : undefined),
    features: {
      devInteractions: { enabled: page !== null },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (context, resource) => ({
          scope: 'ledger', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg, kid: keys[0].kid } },
        }),
      },
    },
  });
  handle = provider.callback();
}

server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `https://localhost:${server.address().port}`;
  rotate(issuer);
  console.log(`ready ${server.address().port}`);
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line.startsWith('page ')) page = line.slice('page '.length);
      rotate(issuer);
      console.log('rotated');
    })
    .on('close', () => process.exit(0));
});
