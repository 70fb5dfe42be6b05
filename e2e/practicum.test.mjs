// The practicum record at phone width: written by the trainee, with a lost connection, a second window, Back and a double press; looked
// at by the supervisor.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { signIn, start } from "./server.mjs";

const PHONE = { width: 390, height: 844 };
let kensan;

before(async () => {
  kensan = await start();
});
after(() => kensan.stop());

test("a trainee writes on a phone and loses nothing, the supervisor returns and approves", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await page.getByRole("link", { name: "実習記録" }).click();
  await look(page, "jisshusei-record-phone");
  await page.getByRole("button", { name: "モニタリングを記入する" }).first().click();
  await look(page, "jisshusei-entry-phone");
  const seen = page.getByLabel("見たこと・したこと");

  // Kept while typing, without a button.
  await page.getByLabel("日付").fill("2020-01-01");
  await seen.fill("A さん宅のモニタリングに同行した。");
  await page.getByText("保存しました", { exact: true }).waitFor();

  // Without a connection it stays on the device and is kept when the connection is back, also after the page was loaded anew.
  const kept = page.getByText("保存しました", { exact: true });
  await page.context().setOffline(true);
  await seen.fill("つながらない間に書いた。");
  await page.getByText("通信できません。").waitFor();
  const onDevice = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(onDevice.includes("kensan:") && !onDevice.includes("つながらない"), "sealed on the device");
  await page.context().setOffline(false);
  await kept.waitFor();
  await page.route("**/draft", (route) => route.abort());
  await seen.fill("つながらない間に書き、読み込み直した。");
  await page.getByText("通信できません。").waitFor();
  await page.unroute("**/draft");
  await page.reload();
  await kept.waitFor();
  assert.equal(await seen.inputValue(), "つながらない間に書き、読み込み直した。");

  // A second window that is behind is told, and overwrites nothing.
  const address = page.url();
  const second = await page.context().newPage();
  await second.goto(address);
  await seen.fill("こちらが先。");
  await page.getByText("保存しました", { exact: true }).waitFor();
  await page.waitForFunction(async (address) => (await (await fetch(address)).text()).includes("こちらが先。</textarea>"), address);
  await second.getByLabel("見たこと・したこと").fill("こちらは後。");
  await second.getByText("別の画面で先に保存されています").waitFor();
  await second.getByRole("button", { name: "下書きを保存する" }).click();
  await second.getByText("あなたの入力").first().waitFor();
  await look(second, "jisshusei-overtaken-phone");
  assert.equal(await second.getByLabel("見たこと・したこと").inputValue(), "こちらは後。");
  await second.close();

  // What is missing and what says who somebody is: told at the field, nothing is lost.
  await page.goto(address);
  await seen.fill("山田花子さんを訪問した。");
  await page.getByRole("button", { name: "実習指導者に提出する" }).click();
  await page.getByText("まだ提出していません").waitFor();
  await page.getByText("名前のようです").waitFor();
  await look(page, "jisshusei-refused-phone");
  assert.equal(await seen.inputValue(), "山田花子さんを訪問した。");
  await seen.fill("A さんを訪問した。");
  const today = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);
  await page.getByLabel("日付").fill(today);
  await page.getByLabel("始まりの時刻").fill("９時");
  await page.getByLabel("終わりの時刻").fill("12:00");
  await page.getByLabel("方法").selectOption("accompanied");
  await page.getByLabel("場所").selectOption("clients_home");
  await page.getByLabel("学んだこと・気づいたこと").fill("続けて見ることの意味。");
  await page.getByRole("button", { name: "実習指導者に提出する" }).dblclick();
  await page.getByText("実習指導者に提出しました。").waitFor();
  await page.goBack();
  await page.goForward();
  await page.goto(address);
  await page.getByText("実習指導者の確認を待っています").waitFor();
  assert.equal(await page.locator("article.revision").count(), 1, "handed in once");
  await look(page, "jisshusei-handed-in-phone");

  const supervisor = await kensan.page({ viewport: PHONE });
  await signIn(supervisor, "jisshushidou");
  await look(supervisor, "jisshushidou-office-phone");
  await supervisor.getByRole("link", { name: "実習記録" }).first().click();
  await look(supervisor, "jisshushidou-review-phone");
  const card = supervisor.locator("section.card", { hasText: "A さんを訪問した。" });
  await card.getByText("差し戻す", { exact: true }).first().click();
  await card.getByLabel("差し戻す理由").fill("目標と結び付けて書いてください。");
  await card.getByRole("button", { name: "差し戻す" }).click();
  await supervisor.getByText("差し戻しました。").waitFor();

  await page.goto(address);
  await page.getByText("目標と結び付けて書いてください。").first().waitFor();
  assert.equal(await seen.inputValue(), "A さんを訪問した。", "it is written on from what was handed in");
  await seen.fill("A さんを訪問し、短期目標の達成を確かめた。");
  await page.getByRole("button", { name: "実習指導者に提出する" }).click();
  await page.getByText("実習指導者に提出しました。").waitFor();
  await supervisor.reload();
  const again = supervisor.locator("section.card", { hasText: "短期目標の達成を確かめた" });
  await again.getByText("変更前").waitFor();
  await look(supervisor, "jisshushidou-changed-phone");
  await again.getByRole("button", { name: "承認する" }).click();
  await supervisor.getByText("承認しました。").waitFor();
  await page.context().close();
  await supervisor.context().close();
});
