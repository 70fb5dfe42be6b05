// Cases on a phone: who else has to agree, a client made up for plans; the office that names its supervisor; how long texts are kept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { signIn, start, signInFirst } from "./server.mjs";

const PHONE = { width: 390, height: 844 };
let kensan;

before(async () => {
  kensan = await start();
});
after(() => kensan.stop());

test("who else is concerned has to agree", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await page.goto("/me/practicum");
  const first = page.locator("section.card", { has: page.getByRole("heading", { name: /^事例 A/ }) });
  await first.getByText("ほかに同意の要る人").click();
  await first.getByLabel("家族").check();
  await first.getByRole("button", { name: "保存する" }).click();
  await first.getByText("同意がまだない人: 家族").waitFor();
  assert.equal(await first.getByLabel("同意した人").inputValue(), "family", "who has not agreed comes first");
  await look(page, "case-concerned-phone");
  await first.getByLabel("同意を得た日").fill("2026-10-01");
  await first.getByLabel("同意を受けた人").fill("実習指導者");
  await first.getByRole("button", { name: "記録する" }).click();
  await first.getByText("同意あり").waitFor();
});

test("a client who was made up has plans alone", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await page.goto("/me/practicum");
  await page.locator("summary", { hasText: "架空の利用者を加える" }).click();
  await page.locator("#invented-pseudonym").fill("X");
  await page.getByRole("button", { name: "架空の利用者を加える" }).click();
  await page.locator("#plan-case").selectOption({ label: "X（架空）" });
  assert.equal(await page.getByRole("columnheader", { name: "X" }).count(), 0, "no column of the grid");
  await look(page, "invented-client-phone");
  await page.locator("#plan-kind").selectOption("home_care_plan");
  await page.locator("form", { has: page.locator("#plan-kind") }).getByRole("button").click();
  await page.waitForURL(/entries\/\d+$/);
  assert.equal(await page.locator("select[name=client]").inputValue(), "invented");
});

test("the office's own account names the supervisor", async () => {
  const administrator = await kensan.page();
  await signIn(administrator, "admin");
  await administrator.goto("/offices/2");
  await administrator.locator("summary", { hasText: "メールの宛先" }).click();
  await look(administrator, "office-contacts");
  await administrator.setViewportSize(PHONE);
  await look(administrator, "office-contacts-phone");
  const number = (await administrator.locator("h1 small").innerText()).trim();
  await administrator.goto("/users");
  await administrator.locator("#login").fill("madoguchi");
  await administrator.locator("#name").fill("受入 窓口");
  await administrator.locator("#role").selectOption("supervisor");
  await administrator.locator("#number").fill(number);
  await administrator.getByRole("button", { name: "保存する" }).click();
  await administrator.getByRole("radio", { name: /全体のアカウント/ }).check();
  await administrator.getByRole("button", { name: "保存する" }).click();
  const told = await administrator.locator(".notice").innerText();
  const page = await kensan.page({ viewport: PHONE });
  await signInFirst(page, "madoguchi", told.match(/[\w-]{12,}/g).at(-1));
  await page.waitForURL(/\/offices\/2$/);
  await look(page, "office-receives-phone");
  await page.locator("summary", { hasText: "実習指導者を加える" }).click();
  await page.getByLabel("氏名").fill("指導 見本");
  await page.locator("details", { has: page.locator("#supervisor-email") }).getByLabel("主任介護支援専門員").check();
  await page.locator("#supervisor-email").fill("shido@office.example");
  await page.locator("form", { has: page.locator("#supervisor-email") }).getByRole("button").click();
  await page.getByText("リンクを送ります。").waitFor();
  await page.getByText("指導 見本").first().waitFor();
});

test("the administrator sets how long texts are kept", async () => {
  const page = await kensan.page();
  await signIn(page, "admin");
  await page.goto("/settings");
  await page.getByRole("link", { name: "記録の保存期間" }).click();
  await page.locator("#years").fill("7");
  await page.locator("form[action='/settings/retention'] button").click();
  await page.getByText("保存しました。").waitFor();
  assert.equal(await page.locator("#years").inputValue(), "7");
  await look(page, "retention");
  await page.setViewportSize(PHONE);
  await look(page, "retention-phone");
});
