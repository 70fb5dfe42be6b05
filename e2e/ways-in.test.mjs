// Signing in by a passkey (Chromium's virtual authenticator) and by an identity elsewhere (an OpenID provider on this machine).
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";
import { look } from "./look.mjs";
import { PASSWORD, signIn, start } from "./server.mjs";

const SECRET = "shared by the two of them alone";
let kensan;
let vouching;
let signedFor;
let impostor;
let directory;

// A port nobody listens on.
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// Somebody who vouches for identities: whoever types a name there is it. Its keys can be turned, and it can go away.
async function startVouching(back, client) {
  const server = createServer((request, response) => server.answer(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.turnKeys = (id) => {
    const key = { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: id };
    const provider = new Provider(issuer, {
      clients: [{ client_id: "kensan", redirect_uris: [back], ...client }],
      jwks: { keys: [key] },
      cookies: { keys: ["a key of a test"] },
      pkce: { required: () => true, methods: ["S256"] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    });
    // Warnings that this is no provider for real use.
    provider.on("server_error", (_, error) => console.error(error));
    server.answer = provider.callback();
  };
  server.goAway = () => {
    const { answer } = server;
    server.answer = (request, response) => (request.url === "/token" ? response.writeHead(503).end() : answer(request, response));
  };
  server.turnKeys("first");
  return { server, issuer };
}

before(async () => {
  const port = await freePort();
  vouching = await startVouching(`http://localhost:${port}/sign-in/with/pref/return`, { client_secret: SECRET });
  // The other one knows the client by its public key.
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...key.publicKey.export({ format: "jwk" }), kid: "kensan-1", use: "sig", alg: "ES256" };
  signedFor = await startVouching(`http://localhost:${port}/sign-in/with/signed/return`, {
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks: { keys: [jwk] },
  });
  // Says of itself what the first one says.
  impostor = createServer(async (_, response) => {
    const said = await fetch(`${vouching.issuer}/.well-known/openid-configuration`);
    response.setHeader("content-type", "application/json").end(await said.text());
  });
  await new Promise((resolve) => impostor.listen(0, "127.0.0.1", resolve));
  directory = mkdtempSync(join(tmpdir(), "kensan-ways-in-"));
  writeFileSync(join(directory, "secret"), `${SECRET}\n`);
  writeFileSync(join(directory, "key.pem"), key.privateKey.export({ type: "pkcs8", format: "pem" }));
  const file = join(directory, "identities.toml");
  writeFileSync(file, `[[identity]]\nname = "pref"\ntitle = "見本県の職員認証"\nissuer = "${vouching.issuer}"\nclient_id = "kensan"\nsecret_file = "secret"
[[identity]]\nname = "signed"\ntitle = "見本の認証アプリ"\nissuer = "${signedFor.issuer}"\nclient_id = "kensan"\nkey_file = "key.pem"\nkey_id = "kensan-1"
[[identity]]\nname = "impostor"\ntitle = "見本の偽者"\nissuer = "http://127.0.0.1:${impostor.address().port}"\nclient_id = "kensan"\n`);
  kensan = await start(["--listen", `127.0.0.1:${port}`, "--identities", file], `http://localhost:${port}`);
});
after(async () => {
  await kensan.stop();
  for (const server of [vouching.server, signedFor.server, impostor]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(directory, { recursive: true, force: true });
});

// A device that keeps passkeys and whose user is always there.
async function withDevice(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return { session, authenticatorId };
}

const signOut = async (page) => {
  await page.getByRole("button", { name: "ログアウト" }).click();
  await page.waitForURL(/sign-in/);
};

test("a passkey is added, signs in alone, is the second half, and is removed", async () => {
  const page = await kensan.page();
  const device = await withDevice(page);
  await signIn(page, "koushi");
  await page.goto("/second-factor");
  await page.getByLabel("端末の名前").fill("職場のパソコン");
  await look(page, "passkey-offer");
  await page.getByRole("button", { name: "パスキーを加える" }).click();
  await page.getByText("紙に控えて").waitFor();
  await page.getByRole("link", { name: "控えました" }).click();
  await page.goto("/second-factor");
  await page.getByText("職場のパソコン", { exact: true }).waitFor();
  await look(page, "passkey-there");
  await signOut(page);

  await page.getByRole("button", { name: "パスキーでログイン" }).click();
  await page.waitForURL(kensan.address + "/");
  await signOut(page);

  // With the password alone nobody is in any more.
  await page.getByLabel("ログイン名かメールアドレス").fill("koushi");
  await page.getByLabel("パスワード").fill(PASSWORD);
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.getByRole("button", { name: "パスキーで確かめる" }).waitFor();
  await look(page, "passkey-second");
  await page.getByRole("button", { name: "パスキーで確かめる" }).click();
  await page.waitForURL(kensan.address + "/");
  await signOut(page);

  // Another device knows nothing of it: told, and the other ways stay.
  await device.session.send("WebAuthn.setUserVerified", { authenticatorId: device.authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: "パスキーでログイン" }).click();
  await page.getByText("端末から答えがありませんでした").waitFor();
  await look(page, "passkey-none");
  await device.session.send("WebAuthn.setUserVerified", { authenticatorId: device.authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: "パスキーでログイン" }).click();
  await page.waitForURL(kensan.address + "/");

  await page.goto("/second-factor");
  await page.getByRole("button", { name: "外す" }).click();
  await page.getByText("パスキーを外しました").waitFor();
  assert.equal(await page.getByText("職場のパソコン", { exact: true }).count(), 0);
  await page.context().close();
});

// Types a name there, where it is asked for, and allows what Kensan asks for, where that was not done before.
async function vouchAs(page, name) {
  for (;;) {
    await page.waitForURL((url) => url.pathname.startsWith("/interaction") || url.origin === kensan.address);
    if (!page.url().includes("/interaction")) return;
    const asked = page.url();
    const login = page.locator("input[name=login]");
    if ((await login.count()) > 0) {
      await login.fill(name);
      await page.locator("input[name=password]").fill("whatever");
    }
    await page.locator("button[type=submit]").click();
    await page.waitForURL((url) => url.href !== asked);
  }
}

test("an identity elsewhere opens the account it was linked with, and no other", async () => {
  const page = await kensan.page();
  await page.goto("/sign-in");
  await look(page, "identity-sign-in");
  await page.getByRole("link", { name: "見本県の職員認証でログイン" }).click();
  await vouchAs(page, "jimu-7");
  await page.getByText("研鑽のアカウントと結び付いていません").waitFor();
  await look(page, "identity-unknown");

  await signIn(page, "jimukyoku");
  await page.goto("/password");
  await page.getByRole("button", { name: "見本県の職員認証と結び付ける" }).click();
  await look(page, "identity-onward");
  await page.getByRole("link", { name: "見本県の職員認証へ進む" }).click();
  await vouchAs(page, "jimu-7");
  await page.getByText("結び付けました").waitFor();
  await look(page, "identity-linked");
  await signOut(page);

  // The keys were turned meanwhile: they are fetched anew.
  vouching.server.turnKeys("second");
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "見本県の職員認証でログイン" }).click();
  await vouchAs(page, "jimu-7");
  await page.waitForURL(kensan.address + "/");
  await page.locator(".who a[href='/password']").waitFor();

  // Somebody else's account cannot be linked with the same identity.
  await signOut(page);
  await signIn(page, "koushi");
  await page.goto("/password");
  await page.getByRole("button", { name: "見本県の職員認証と結び付ける" }).click();
  await page.getByRole("link", { name: "見本県の職員認証へ進む" }).click();
  await vouchAs(page, "jimu-7");
  await page.getByText("研鑽の別のアカウントと結び付いています").waitFor();
  await signOut(page);

  // A page that was not asked for by this browser is refused, and so is one that is refused there.
  await page.goto("/sign-in/with/pref/return?code=stolen&state=guessed");
  await page.getByText("ご本人を確かめられませんでした").waitFor();
  await page.goto("/sign-in/with/pref/return?error=access_denied");
  await page.getByText("ご本人を確かめられませんでした").waitFor();

  // Whoever vouches goes away while somebody is there: told, and the password is a way in still.
  vouching.server.goAway();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "見本県の職員認証でログイン" }).click();
  await vouchAs(page, "jimu-7");
  await page.getByText("見本県の職員認証に今つながりません").waitFor();
  await look(page, "identity-away");
  await signIn(page, "jimukyoku");
  await page.goto("/password");
  await page.getByRole("button", { name: "結び付けをやめる" }).click();
  await page.getByText("結び付けをやめました").waitFor();
  await page.context().close();
});

test("an identity elsewhere that knows Kensan by its key", async () => {
  const page = await kensan.page();
  await signIn(page, "jimukyoku");
  await page.goto("/password");
  await page.getByRole("button", { name: "見本の認証アプリと結び付ける" }).click();
  await page.getByRole("link", { name: "見本の認証アプリへ進む" }).click();
  await vouchAs(page, "jimu-3");
  await page.getByText("結び付けました").waitFor();
  await signOut(page);
  await page.getByRole("link", { name: "見本の認証アプリでログイン" }).click();
  await vouchAs(page, "jimu-3");
  await page.waitForURL(kensan.address + "/");
  await page.context().close();
});

test("metadata under another name are refused", async () => {
  const page = await kensan.page();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "見本の偽者でログイン" }).click();
  await page.getByText("見本の偽者に今つながりません").waitFor();
  await page.context().close();
});
