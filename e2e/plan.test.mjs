// Care plans as an exercise at phone width: an assessment copied into a plan, rows added, hints, a plan taken in from other software, the
// supervisor's remark at a field, and the documents.
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

const begin = async (page, form) => {
  await page.goto("/me/practicum");
  await page.getByLabel("利用者（事例）").selectOption("A");
  await page.getByLabel("様式").selectOption(form);
  await page.getByRole("button", { name: "書き始める" }).click();
};
const kept = (page) => page.getByText("保存しました", { exact: true }).waitFor();
// A column of Shift_JIS in ASCII: the layout is what is tested here.
const sheet = (columns, width) => {
  const row = Array(width).fill("");
  for (const [column, text] of Object.entries({ 1: "202404", 2: "100001", 3: "0000000001", ...columns })) row[column - 1] = text;
  return `${row.join(",")}\r\n`;
};

test("a plan is written from the assessment, with hints, and handed in", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await begin(page, "介護予防サービス・支援計画書");
  await look(page, "plan-preventive-phone");
  await page.getByRole("button", { name: "アセスメントから写す" }).click();
  await page.getByText("空いている欄に写しました").waitFor();
  assert.equal(await page.getByLabel("総合的課題").first().inputValue(), "転ばずに歩いて、近所の店まで買物に行きたい");
  assert.match(await page.getByLabel("健康状態についての留意点").inputValue(), /高血圧/);
  await page.getByLabel("期間", { exact: true }).first().fill("そのうち");
  await kept(page);
  await page.reload();
  await page.getByText(/見直しのヒント/).click();
  await page.getByRole("link", { name: /期間を日付として読めない/ }).click();
  assert.match(page.url(), /#support_term\.1$/);
  await page.getByLabel("目標とする生活（1日）").fill("研修太郎さんと散歩する。");
  await page.getByRole("button", { name: "提出する" }).click();
  await page.getByText("作成年月日: ").first().waitFor();
  await look(page, "plan-refused-phone");
  // The plan of a client of the practicum is written after the consent.
  await page.getByLabel("作成年月日").fill("令和8年1月5日");
  await page.getByRole("button", { name: "提出する" }).click();
  await page.getByText(/同意の日（.*）より前です/).first().waitFor();
  await page.getByLabel("作成年月日").fill(new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10));
  await page.getByRole("button", { name: "提出する" }).click();
  await page.getByText("研修太郎さん").first().waitFor();
  await page.getByLabel("目標とする生活（1日）").fill("近所を散歩する。");
  await page.getByRole("button", { name: "提出する" }).click();
  await page.getByText("提出しました").waitFor();
  await look(page, "plan-handed-in-phone");
});

test("rows grow, and a plan of other software comes in without who the client is", async () => {
  const page = await kensan.page();
  await signIn(page, "jisshusei");
  await begin(page, "居宅サービス計画書");
  const needs = page.getByLabel("生活全般の解決すべき課題（ニーズ）");
  const rows = await needs.count();
  await needs.nth(rows - 1).fill("最後の行に書いた");
  await page.getByRole("button", { name: "下書きを保存する" }).click();
  await page.getByText("下書きを保存しました。").waitFor();
  assert.ok((await needs.count()) > rows, "there are empty rows again");
  // What is typed meanwhile is kept by itself, and the files go over it.
  await page.getByLabel("介護認定審査会の意見及びサービスの種類の指定").fill("特になし。");
  await kept(page);
  await page.getByText("他のソフトで作った計画を取り込む").first().click();
  const first = sheet({ 4: "20270401", 6: "見本市例町1-2-3", 8: "研修 花子", 16: "11", 21: "2", 24: "Tel 090-0000-0000" }, 28);
  const second = sheet({ 6: "1", 7: "aruku", 8: "1", 9: "kaimono", 10: "shitsunai", 14: "taiso", 15: "Y", 19: "2" }, 22);
  const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByLabel(/第1表のファイル/).setInputFiles(file("UP1KYO.csv", first));
  await page.getByLabel(/第2表のファイル/).setInputFiles(file("UP2KYO.csv", second));
  await page.getByRole("button", { name: "他のソフトで作った計画を取り込む" }).click();
  await page.getByText(/第1表 1 行、第2表 1 行/).waitFor();
  assert.equal(await needs.first().inputValue(), "aruku");
  assert.equal(await page.getByLabel("総合的な援助の方針").inputValue(), "●●");
  assert.equal(await page.getByLabel("介護認定審査会の意見及びサービスの種類の指定").inputValue(), "特になし。");
  const html = await page.content();
  for (const secret of ["見本市", "花子", "0000000001", "最後の行に書いた"]) assert.ok(!html.includes(secret), secret);
  await look(page, "plan-home");
  for (const [name, kind] of [["PDF で見る", "pdf"], ["Excel で保存", "spreadsheet"]]) {
    const answer = await page.request.get(await page.getByRole("link", { name }).getAttribute("href"));
    assert.match(answer.headers()["content-type"], new RegExp(kind));
  }
});

test("the supervisor remarks at a field, and the trainee reads it there", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshushidou");
  await page.getByRole("link", { name: "実習記録" }).first().click();
  const plan = page.locator("section.card", { hasText: "居宅サービス計画書" });
  await plan.getByText("住宅改修の期間も書いておくと").waitFor();
  for (const text of ["主治医の意見も入れましょう。", "書き間違い"]) {
    await plan.getByText("項目にコメントする").first().click();
    await plan.getByLabel("欄", { exact: true }).selectOption({ label: "総合的な援助の方針" });
    await plan.getByLabel("コメント", { exact: true }).fill(text);
    await plan.getByRole("button", { name: "項目にコメントする" }).click();
    await page.getByText(text).waitFor();
  }
  await look(page, "plan-review-phone");
  await plan.locator(".remark", { hasText: "書き間違い" }).getByRole("button").click();
  await page.getByText("書き間違い").waitFor({ state: "detached" });
  await plan.getByText("差し戻す").first().click();
  await plan.getByLabel("差し戻す理由").fill("方針を見直してください。");
  await plan.getByRole("button", { name: "差し戻す" }).click();

  const trainee = await kensan.page({ viewport: PHONE });
  await signIn(trainee, "jisshusei");
  await trainee.goto("/me/practicum");
  await trainee.getByRole("link", { name: /居宅サービス計画書/ }).first().click();
  await trainee.getByText("主治医の意見も入れましょう。").last().waitFor();
  await look(trainee, "plan-home-phone");
});
