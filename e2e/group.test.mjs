// Exercise groups: the secretariat divides a cohort and names who leads, the instructor remarks on a plan and gives it back; and files a trainee attaches
// on a phone, as the supervisor sees them.
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

test("the secretariat makes groups and names who leads them", async () => {
  const page = await kensan.page();
  await signIn(page, "jimukyoku");
  await page.goto("/cohorts");
  await page.getByRole("link", { name: "第28期 実務研修" }).click();
  await page.getByRole("link", { name: "演習グループ" }).click();
  await page.getByLabel("1グループの人数").fill("8");
  await page.getByRole("button", { name: "グループに分ける" }).click();
  await page.getByText(/人をグループに分けました/).waitFor();
  await look(page, "groups-desktop");
  await page.getByRole("link", { name: "2班" }).click();
  await page.getByLabel("担当にする").selectOption({ index: 0 });
  await page.getByRole("button", { name: "担当にする" }).click();
  await page.getByText("講師 見本").waitFor();
  await look(page, "group-desktop");
  await page.setViewportSize(PHONE);
  await look(page, "group-phone");
  await page.goBack();
  await page.goto(page.url().replace(/\/groups\/.*/, "/cohorts"));
  await page.getByRole("link", { name: "第28期 追加日程 実務研修" }).click();
  await page.getByRole("link", { name: "演習グループ" }).click();
  await look(page, "groups-phone");
});

test("an instructor remarks on a plan and gives it back", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "koushi");
  await look(page, "instructor-home-phone");
  await page.getByRole("listitem").filter({ hasText: "追加日程" }).getByRole("link", { name: /班$/ }).click();
  await look(page, "instructor-group-phone");
  await page.getByRole("link", { name: "A 居宅サービス計画書" }).click();
  await page.getByText("項目にコメントする").first().click();
  await page.getByLabel("欄", { exact: true }).selectOption({ index: 1 });
  await page.getByLabel("コメント", { exact: true }).fill("後期の演習で、この目標から話し合いましょう。");
  await page.getByRole("button", { name: "項目にコメントする" }).click();
  await page.getByText("この目標から話し合いましょう").waitFor();
  await look(page, "instructor-plan-phone");
  await page.setViewportSize({ width: 1280, height: 900 });
  await look(page, "instructor-plan-desktop");
  await page.getByText("差し戻す").first().click();
  await page.getByLabel("差し戻す理由").fill("サービスの頻度を書いてください。");
  await page.getByRole("button", { name: "差し戻す" }).click();
  await page.getByText("差し戻しました").waitFor();
  const trainee = await kensan.page({ viewport: PHONE });
  await signIn(trainee, "jisshusei");
  await trainee.goto("/me/practicum");
  await trainee.getByRole("link", { name: /A 居宅サービス計画書/ }).first().click();
  await trainee.getByText("サービスの頻度を書いてください。").first().waitFor();
});

test("a photograph is attached on a phone and seen by the supervisor", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await page.goto("/me/practicum");
  await page.getByRole("link", { name: /給付管理/ }).first().click();
  const attach = async (path) => {
    await page.getByText("ファイルを添える").first().click();
    await page.getByLabel("ファイル（PDF").setInputFiles(path);
    await page.getByLabel("利用者や家族が誰か分かるものは写っていません。").check();
    await look(page, "attach-phone");
    await page.getByRole("button", { name: "ファイルを添える" }).click();
  };
  await attach("package.json");
  await page.getByRole("link", { name: "PDF・JPEG・PNG のファイルを選んでください。", exact: false }).waitFor();
  await look(page, "attach-refused-phone");
  await page.goBack();
  await page.reload();
  await attach("../fuzz/corpus/attachment/photograph.jpg");
  await page.getByText("ファイルを保存しました。").waitFor();
  await attach("../fuzz/corpus/attachment/letter.pdf");
  await page.getByRole("link", { name: "letter.pdf" }).waitFor();
  await look(page, "attached-phone");
  await page.getByRole("button", { name: "外す letter.pdf" }).click();
  await page.getByText("ファイルを外しました。").waitFor();
  assert.equal(await page.getByRole("link", { name: "letter.pdf" }).count(), 0);
  // What a browser makes of a page is still a picture afterwards.
  for (const type of ["jpeg", "png"]) {
    const buffer = await page.screenshot({ type });
    await attach({ name: `screen.${type}`, mimeType: `image/${type}`, buffer });
    const address = await page.getByRole("link", { name: `screen.${type}` }).getAttribute("href");
    const width = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image.naturalWidth;
    }, address);
    assert.equal(width, PHONE.width);
  }
  const picture = await page.request.get(await page.getByRole("link", { name: "photograph.jpg" }).getAttribute("href"));
  assert.ok(!(await picture.body()).includes("139.6917"), "where it was taken is gone");
});

test("the scan of a pledge on paper stands beside it, and can be taken away", async () => {
  const page = await kensan.page();
  await signIn(page, "jimukyoku");
  await page.goto("/cohorts");
  await page.getByRole("link", { name: "第28期 追加日程 実務研修" }).click();
  await page.getByRole("rowheader").getByRole("link").first().click();
  const line = page.locator("#signatures + ul > li").first();
  await line.getByText("紙のスキャンを添える").first().click();
  await line.getByLabel("ファイル（PDF").setInputFiles("../fuzz/corpus/attachment/letter.pdf");
  await line.getByRole("button", { name: "紙のスキャンを添える" }).click();
  await page.getByText("ファイルを保存しました。").waitFor();
  await look(page, "trainee-scan-desktop");
  await page.setViewportSize(PHONE);
  await look(page, "trainee-scan-phone");
  await line.getByText("スキャンを外す").first().click();
  await line.getByRole("button", { name: "スキャンを外す" }).click();
  await page.getByText("ファイルを外しました。").waitFor();
  assert.equal(await line.getByRole("link", { name: "スキャン" }).count(), 0);
});
