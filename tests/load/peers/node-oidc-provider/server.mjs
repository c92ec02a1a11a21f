// node-oidc-provider with all it holds in memory: client credentials, tokens as JWTs for one
// resource server per algorithm, signed by keys that were made at the start.
//
// PORT, CLIENT_SECRET and WORKERS come from the environment. The workers share the port and the keys.
import cluster from "node:cluster";
import { generateKeyPairSync } from "node:crypto";

import Provider from "oidc-provider";

const { PORT, CLIENT_SECRET, WORKERS } = process.env;
const ALGORITHMS = ["ES256", "RS256", "EdDSA"];
const SCOPE = "api:read";

function makeKeys() {
  const pairs = {
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    EdDSA: generateKeyPairSync("ed25519"),
  };
  return ALGORITHMS.map((alg) => ({
    ...pairs[alg].privateKey.export({ format: "jwk" }),
    alg,
    use: "sig",
    kid: alg,
  }));
}

function serve(keys) {
  const provider = new Provider(`http://127.0.0.1:${PORT}`, {
    clients: ALGORITHMS.map((alg) => ({
      client_id: alg,
      client_secret: CLIENT_SECRET,
      token_endpoint_auth_method: "client_secret_post",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      scope: SCOPE,
    })),
    jwks: { keys },
    scopes: [SCOPE],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, client) => `https://${client.clientId.toLowerCase()}.example.com`,
        getResourceServerInfo: (ctx, resource, client) => ({
          scope: SCOPE,
          audience: resource,
          accessTokenTTL: 900,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: client.clientId } },
        }),
      },
    },
    ttl: { ClientCredentials: 900 },
  });
  provider.on("server_error", (ctx, error) => console.error(error));
  provider.listen(Number(PORT), "127.0.0.1");
}

if (Number(WORKERS) < 2) {
  serve(makeKeys());
} else if (cluster.isPrimary) {
  const KEYS = JSON.stringify(makeKeys());
  for (let i = 0; i < Number(WORKERS); i += 1) cluster.fork({ KEYS });
  // One that ends takes all with it, so that no figure comes from half of them.
  cluster.on("exit", () => process.exit(1));
} else {
  const { KEYS } = process.env;
  delete process.env.KEYS;
  serve(JSON.parse(KEYS));
}
