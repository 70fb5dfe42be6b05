// The main job in a browser: a cohort from the roster to a verified certificate, with the keyboard's Back and a double click on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn, start } from "./server.mjs";

let kensan;
before(async () => { kensan = await start(); });
after(() => kensan.stop());

const iso = (days) => new Date(Date.now() + 9 * 3600e3 + days * 864e5).toISOString().slice(0, 10);

async function open(page, summary) {
  await page.locator("summary", { hasText: summary }).click();
}

test("from the roster to the certificate", { timeout: 180_000 }, async () => {
  const page = await kensan.page();
  await signIn(page, "admin");

  await page.goto("/cohorts/new");
  await page.getByLabel("期の名称").fill("試験の期");
  await page.getByLabel("実施要綱の版").selectOption("initial-training-earlier");
  await page.getByLabel("開始日").fill(iso(-10));
  await page.getByLabel("終了日").fill(iso(60));
  await page.getByLabel("実習期間の初日").fill(iso(20));
  await page.getByLabel("選んだ版が適用される期でなくても").check();
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByRole("heading", { name: "試験の期", level: 1 }).waitFor();
  const cohort = new URL(page.url()).pathname;

  // A roster with a mistake comes back marked, and nothing of it is kept.
  const heading = "受験番号,氏名,フリガナ,生年月日\r\n";
  await page.goto(`${cohort}/roster`);
  await page.getByLabel("合格者・受講者の名簿").setInputFiles({ name: "名簿.csv", mimeType: "text/csv", buffer: Buffer.from(`${heading}9001,試験 一,シケン イチ,昭和60年4月1日\r\n9002,試験 二,シケン ニ,きのう\r\n`) });
  await page.getByRole("button", { name: "取り込む" }).click();
  await page.getByText("2 行のうち 1 行に誤りがあります。").waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "結果とエラーの列を付けたファイルを受け取る" }).click();
  assert.match((await download).suggestedFilename(), /名簿\.csv$/);

  // Back keeps the way open; the mended roster goes in, and a person known already is asked about.
  await page.goto(`${cohort}/roster`);
  await page.getByLabel("合格者・受講者の名簿").setInputFiles({ name: "名簿.csv", mimeType: "text/csv", buffer: Buffer.from(`${heading}9001,試験 一,シケン イチ,昭和60年4月1日\r\n9002,試験 二,シケン ニ,1990-05-05\r\n`) });
  await page.getByRole("button", { name: "取り込む" }).click();
  await page.getByText("2 人を登録しました").waitFor();
  await page.getByRole("button", { name: "全員の受講を決定する" }).dblclick();
  await page.getByText("2 人の受講を決定しました。").waitFor();

  await page.getByRole("link", { name: "試験 一" }).click();
  const trainee = new URL(page.url()).pathname;
  await page.getByText("必須の要件 27 のうち 1 を満たしています。").waitFor();
  await open(page, "記録を加える");
  const assessment = page.locator("form", { has: page.getByRole("heading", { name: "修了評価" }) });
  await assessment.getByLabel("点数").fill("８０");
  await assessment.getByRole("button", { name: "記録する" }).click();
  await page.getByText("必須の要件 27 のうち 2 を満たしています。").waitFor();

  // Every subject is carried over from another provider, one by one.
  for (let taken = 2; taken < 27; taken += 1) {
    await open(page, "記録を加える");
    const credit = page.locator("form", { has: page.getByRole("heading", { name: "免除・引き継ぎ科目" }) });
    await credit.getByLabel("科目", { exact: true }).selectOption({ index: taken - 2 });
    await credit.getByLabel("根拠").fill("一部科目修了証明書");
    await credit.getByRole("button", { name: "記録する" }).click();
    await page.getByText(`必須の要件 27 のうち ${taken + 1} を満たしています。`).waitFor();
  }

  await page.goto(`${cohort}/certificates`);
  await page.getByText("2 人のうち 1 人が修了要件を満たしています。").waitFor();
  await page.getByRole("button", { name: "交付する" }).click();
  await page.getByText("修了証明書を 1 件交付しました").waitFor();

  await page.goto(trainee);
  await page.getByRole("link", { name: "確認ページ" }).click();
  await page.getByText("有効な証明書です。").waitFor();
  assert.equal(await page.getByText("試験 一").count(), 0, "the verification page shows no name");
  const verification = page.url();

  await page.goto(trainee);
  await open(page, "再交付・取消");
  await page.getByRole("button", { name: "取り消す" }).locator("xpath=..").getByLabel("理由").fill("試験のため");
  await page.getByRole("button", { name: "取り消す" }).click();
  await page.goto(verification);
  await page.getByText("この証明書は取り消されています。").waitFor();
});

test("attendance is taken on a tablet, and a correction asks for its reason", async () => {
  const page = await kensan.page({ viewport: { width: 820, height: 1180 } });
  await signIn(page, "koushi");
  await page.goto("/sessions/20");
  // Somebody without a certificate: what a certificate rests on is not corrected.
  await page.getByRole("checkbox").last().click();
  await page.getByRole("button", { name: "出席を記録する" }).click();
  await page.waitForLoadState();
  const asked = page.getByText("理由を入力してください。");
  const saved = page.getByText(/出席を \d+ 件記録し/);
  await asked.or(saved).first().waitFor();
  if (await saved.count()) {
    await page.getByRole("checkbox").last().click();
    await page.getByRole("button", { name: "出席を記録する" }).click();
    await asked.waitFor();
  }
  await page.goBack();
  await page.getByLabel("記録済みの出席を直す理由").fill("記入の誤り");
  await page.getByRole("button", { name: "出席を記録する" }).click();
  await saved.waitFor();
});

test("the keyboard alone signs in", async () => {
  const page = await kensan.page();
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByLabel("ログイン名").focus();
  await page.keyboard.type("jimukyoku");
  await page.keyboard.press("Tab");
  await page.keyboard.type("kensan-demo-2026");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "対応が必要なこと" }).waitFor();
});
