// Signing in with a password and the six digits of an app, in a browser: set up, used, lost.
import { createHmac } from "node:crypto";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { PASSWORD, signIn, start } from "./server.mjs";

let kensan;

before(async () => {
  kensan = await start();
});
after(() => kensan.stop());

// RFC 6238 with SHA-1, six digits and steps of half a minute.
function code(secret, step) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
const now = () => Math.floor(Date.now() / 30_000);

test("a second factor is set up, asked for, and its recovery code opens", async () => {
  const page = await kensan.page();
  await signIn(page, "jimukyoku");
  await page.goto("/password");
  await page.getByRole("link", { name: "二要素認証" }).click();
  await page.getByRole("button", { name: "設定を始める" }).click();
  await page.getByAltText("認証アプリで読み取るQRコード").waitFor();
  await look(page, "second-factor-offer");
  const secret = await page.locator("code.secret").innerText();
  await page.getByLabel("いまのパスワード").fill(PASSWORD);
  await page.getByLabel("アプリに表示された6桁のコード").fill("12 34");
  await page.getByRole("button", { name: "確かめて設定する" }).click();
  await page.getByText("コードが違うか").first().waitFor();
  await look(page, "second-factor-wrong");
  const step = now();
  await page.getByLabel("いまのパスワード").fill(PASSWORD);
  await page.getByLabel("アプリに表示された6桁のコード").fill(code(secret, step));
  await page.getByRole("button", { name: "確かめて設定する" }).click();
  await page.getByText("紙に控えて").waitFor();
  const recovery = await page.locator(".codes code").first().innerText();
  await look(page, "second-factor-codes");
  await page.getByRole("button", { name: "ログアウト" }).click();

  await page.goto("/sign-in");
  await page.getByLabel("ログイン名かメールアドレス").fill("jimukyoku");
  await page.getByLabel("パスワード").fill(PASSWORD);
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.getByLabel("アプリの6桁のコード、または復旧コード").waitFor();
  await look(page, "second-factor-asked");
  // The next half minute's code is good already: clocks differ.
  await page.getByLabel("アプリの6桁のコード、または復旧コード").fill(code(secret, step + 1));
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.waitForURL(kensan.address + "/");
  await page.getByRole("button", { name: "ログアウト" }).click();
  await page.waitForURL(/sign-in/);
  await page.goBack();
  assert.equal(await page.getByRole("button", { name: "ログアウト" }).count(), 0, "Back shows no page after signing out");

  await page.goto("/sign-in");
  await page.getByLabel("ログイン名かメールアドレス").fill("jimukyoku");
  await page.getByLabel("パスワード").fill(PASSWORD);
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.getByLabel("アプリの6桁のコード、または復旧コード").fill(recovery);
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.waitForURL(kensan.address + "/");
  await page.goto("/second-factor");
  await page.getByText("残り9個").waitFor();
  await look(page, "second-factor-on");
  await page.context().close();
});
