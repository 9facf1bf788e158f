// A real OpenID Connect provider on loopback, for the tests: npm oidc-provider, which signs UserInfo as ProConnect does.
// Who signs in is said by the test: POST /as with the claims as JSON. Arguments: port, address to come back to.
import { Provider } from "oidc-provider";

const [port, back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let person = { sub: "p1" };
let login = {};

const client = (client_id, more) => ({
  client_id,
  client_secret: "secret-of-the-tests-0123456789-abcdef",
  redirect_uris: [`${back}/compte/oidc/${client_id}/login/callback/`],
  post_logout_redirect_uris: [`${back}/`],
  ...more,
});

const provider = new Provider(issuer, {
  clients: [client("signs", { userinfo_signed_response_alg: "RS256" }), client("plain", {})],
  claims: {
    openid: ["sub", "acr", "amr"],
    email: ["email", "email_verified"],
    profile: ["given_name", "usual_name", "family_name"],
    ent: ["uai", "profile"],
  },
  conformIdTokenClaims: false, // the identity token says how the person signed in
  scopes: ["openid", "email", "profile", "ent"],
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email profile ent");
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  if (ctx.path === "/as" && ctx.method === "POST") {
    let text = "";
    for await (const part of ctx.req) text += part;
    ({ person, login } = { login: {}, ...JSON.parse(text) });
    ctx.body = "ok";
  } else if (ctx.path.startsWith("/interaction/")) {
    ctx.respond = false;
    const result = login.refuses ? { error: "access_denied" } : { login: { accountId: person.sub, remember: false, ...login } };
    await provider.interactionFinished(ctx.req, ctx.res, result);
  } else await next();
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
