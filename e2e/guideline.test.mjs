// One cohort under each edition, the impact between them, and a judgement to print, in a browser at phone width.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { signIn, start } from "./server.mjs";

let kensan;
before(async () => { kensan = await start(); });
after(() => kensan.stop());

const iso = (days) => new Date(Date.now() + 9 * 3600e3 + days * 864e5).toISOString().slice(0, 10);
const PHONE = { viewport: { width: 390, height: 844 } };

async function cohort(page, name, edition, supplement) {
  await page.goto("/cohorts/new");
  await page.getByLabel("期の名称").fill(name);
  await page.getByLabel("実施要綱の版").selectOption(edition);
  await page.getByLabel("選んだ版が適用される期でなくても、この版で行う").check();
  if (supplement) await page.getByLabel(supplement).check();
  await page.getByLabel("開始日").fill(iso(-10));
  await page.getByLabel("終了日").fill(iso(60));
  await page.getByLabel("実習期間の初日").fill(iso(20));
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  const path = new URL(page.url()).pathname;
  await page.goto(`${path}/roster`);
  const rows = `受験番号,氏名,フリガナ,生年月日\r\n${name}1,研修 ${name}一,ケンシュウ,1985-04-01\r\n${name}2,研修 ${name}二,ケンシュウ,1986-05-02\r\n`;
  await page.getByLabel("合格者・受講者の名簿").setInputFiles({ name: "名簿.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
  await page.getByRole("button", { name: "取り込む" }).click();
  await page.getByText("2 人を登録しました").waitFor();
  await page.getByRole("button", { name: "全員の受講を決定する" }).click();
  await page.getByText("2 人の受講を決定しました。").waitFor();
  return path;
}

test("a cohort under each edition, and what the revision changes", { timeout: 120_000 }, async () => {
  const page = await kensan.page(PHONE);
  await signIn(page, "admin");
  await cohort(page, "新", "initial-training-revised", "群馬県 実習実施要領");
  const earlier = await cohort(page, "旧", "initial-training-earlier");

  await page.getByRole("link", { name: "改正の影響" }).click();
  await page.getByLabel("比べる版").selectOption("initial-training-revised");
  await page.getByRole("button", { name: "影響を見る" }).click();
  await page.getByText("2 人のうち 2 人の判定が変わります。").waitFor();
  await page.getByText("別添1 4(1)イ ¶3").first().waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Excel" }).click();
  assert.match((await download).suggestedFilename(), /改正の影響.*\.xlsx$/);

  // The administrator takes the revision over; Back shows what holds now, so that nothing is done twice.
  await page.locator("summary", { hasText: "この期をこの版で判定する" }).click();
  await page.getByLabel("理由").fill("改正の施行");
  await page.getByRole("button", { name: "この期をこの版で判定する" }).click();
  await page.getByText("保存しました。").waitFor();
  await page.getByText("介護支援専門員実務研修（改正後）").first().waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await page.locator("summary", { hasText: "この期をこの版で判定する" }).count(), 0);

  // The checklist: evidence leads to where it was recorded; the PDF is one.
  await page.goto(earlier);
  await page.getByRole("link", { name: "研修 旧一" }).click();
  await page.getByRole("link", { name: "印刷・PDF・過去の日の判定" }).click();
  await page.getByRole("link", { name: "受験番号 旧1" }).click();
  await page.getByRole("heading", { name: "本人の記録" }).waitFor();
  await page.goBack();
  const pdf = await page.request.get(new URL(await page.getByRole("link", { name: "PDF", exact: true }).getAttribute("href"), page.url()).href);
  assert.equal((await pdf.body()).subarray(0, 4).toString(), "%PDF");
  await page.getByLabel("判定日").fill(iso(1));
  await page.getByRole("button", { name: "表示" }).click();
  await page.getByRole("alert").waitFor();
  await page.context().close();
});

test("the prefecture tries a draft, the secretariat loads an official text", async () => {
  const page = await kensan.page(PHONE);
  await signIn(page, "pref");
  await page.goto("/guidelines");
  await page.locator("summary", { hasText: "改正案を登録する" }).click();
  await page.getByLabel("改正案の名称").fill("試案");
  const folder = new URL("../guidelines/initial-training-revised/", import.meta.url);
  for (const name of ["edition", "clauses", "curriculum", "requirements"]) {
    let text = readFileSync(new URL(`${name}.toml`, folder), "utf8");
    if (name === "requirements") text = text.replace("count = 2", "count = 5");
    await page.getByLabel(`${name}.toml`).setInputFiles({ name: `${name}.toml`, mimeType: "text/plain", buffer: Buffer.from(text) });
  }
  await page.getByRole("button", { name: "改正案を登録する" }).click();
  await page.getByText("試案").waitFor();
  await page.getByRole("button", { name: "改正の影響" }).click();
  await page.getByText(/人のうち .* 人の判定が変わります。/).waitFor();
  assert.equal(await page.getByText("研修 太郎").count(), 0, "the prefecture sees no names");
  await page.context().close();

  const office = await kensan.page(PHONE);
  await signIn(office, "jimukyoku");
  await office.goto("/guidelines");
  await office.locator("summary", { hasText: "原文を取り込む" }).click();
  const text = "別添１\n１　目的\n　研修の目的を定める。\n（１）　対象者\n";
  await office.getByLabel("表題").fill("要綱の見本");
  await office.getByLabel("ファイル").setInputFiles({ name: "youkou.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
  await office.getByRole("button", { name: "取り込む" }).click();
  await office.getByText("4 段落、3 条項を取り込みました。").waitFor();
  await office.getByText("別添1/1/(1)").waitFor();
  await office.context().close();
});
