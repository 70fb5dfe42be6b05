// Arranging a practicum: a trainee asks an office on a phone, the office's registration is looked at, notices and their texts, reminders
// for those chosen, a link that signs in.
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

test("a trainee asks an office on a phone, and gives it up", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "korekara");
  await page.getByRole("link", { name: "実習先を探す" }).click();
  await look(page, "my-offices-phone");
  await page.getByRole("button", { name: /^申し込む/ }).first().click();
  await page.getByText("申込み中").waitFor();
  await look(page, "my-offices-asked-phone");
  await page.getByText("取り消す").first().click();
  await page.getByLabel("理由").fill("通うのが難しいため");
  await page.getByRole("button", { name: "取り消す" }).click();
  await page.getByText("取り消しました。").waitFor();
  assert.equal(await page.getByText("申込み中").count(), 0);
});

test("registrations are applied for, given back and decided", async () => {
  for (const [device, viewport] of [["desktop", undefined], ["phone", PHONE]]) {
    const page = await kensan.page(viewport ? { viewport } : {});
    await signIn(page, "pref");
    await page.getByRole("link", { name: "受入協力事業所の登録" }).click();
    await look(page, `registrations-${device}`);
    await page.goto(device === "desktop" ? "/registrations?state=applied" : "/registrations?state=returned");
    await page.getByRole("rowheader").getByRole("link").first().click();
    await look(page, `registration-${device}`);
    if (device === "desktop") {
      await page.getByRole("button", { name: "書類の確認を記録する" }).click();
      await page.getByRole("button", { name: "登録する" }).click();
      await page.getByText("登録済み").first().waitFor();
    }
    await page.context().close();
    const office = await kensan.page(viewport ? { viewport } : {});
    await signIn(office, "jimukyoku");
    for (const [name, path] of Object.entries({ registered: "/offices/1/registration", returned: "/offices/2/registration", office: "/offices/1", requests: "/cohorts/2/placement" })) {
      await office.goto(path);
      for (const details of await office.locator("details").all()) await details.evaluate((it) => { it.open = true; });
      await look(office, `arrangement-${name}-${device}`);
    }
    await office.context().close();
  }
});

test("notices, their texts, and reminders for those chosen", async () => {
  const page = await kensan.page();
  await signIn(page, "admin");
  await page.goto("/cohorts/3/practicum");
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "選んだ受講者に提出を催促" }).click();
  await page.getByRole("heading", { name: "催促の送信" }).waitFor();
  await look(page, "reminding-asks");
  await page.getByRole("button", { name: "催促を送る" }).click();
  await page.getByText(/件の催促を送ります/).waitFor();
  await look(page, "reminded");
  await page.goto("/notices");
  await look(page, "notices-desktop");
  await page.locator("details.card").first().evaluate((it) => { it.open = true; });
  await page.getByText("（送るときに入ります）").first().waitFor();
  await look(page, "notice-open-desktop");
  await page.goto("/settings/notices");
  await page.locator("#sign_in + details").evaluate((it) => { it.open = true; });
  await look(page, "notice-settings-desktop");
  const phone = await kensan.page({ viewport: PHONE });
  await signIn(phone, "admin");
  for (const [name, path] of Object.entries({ notices: "/notices", "notice-settings": "/settings/notices", overview: "/cohorts/3/practicum" })) {
    await phone.goto(path);
    await look(phone, `${name}-phone`);
  }
});

test("a link that no longer signs in says so", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await page.goto("/sign-in/link/0123");
  await look(page, "link-phone");
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.getByText("このリンクは使われたか、期限が切れています。").waitFor();
  await look(page, "link-used-up-phone");
});

test("a supervisor evaluates on a phone, and the trainee reads it", async () => {
  const office = await kensan.page({ viewport: PHONE });
  await signIn(office, "jisshushidou");
  await office.getByRole("link", { name: "実習記録" }).first().click();
  await office.getByRole("link", { name: "実習の評価" }).click();
  for (const criterion of await office.locator("fieldset").all()) await criterion.getByLabel("おおむねできている").check();
  await office.getByLabel("所見").fill("利用者の話を遮らずに聴いていた。");
  await look(office, "evaluation-form-phone");
  await office.getByRole("button", { name: "評価を記録する" }).click();
  await office.getByText("評価を記録しました。").waitFor();
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await page.goto("/me/practicum/evaluation");
  await page.getByText("利用者の話を遮らずに聴いていた。").waitFor();
  await look(page, "evaluation-phone");
  const admin = await kensan.page();
  await signIn(admin, "admin");
  await admin.goto("/settings/rubric");
  await look(admin, "rubric-desktop");
});
