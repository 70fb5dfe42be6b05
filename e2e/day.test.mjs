// Days of a practicum at phone width: the office offers one, the trainee accepts; what is wrong with an offer is told; one is called off.
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

test("trainee and office agree on days", async () => {
  const page = await kensan.page({ viewport: PHONE });
  await signIn(page, "jisshusei");
  await page.goto("/me/practicum");
  await page.getByRole("link", { name: "実習の日程" }).click();
  await look(page, "days-phone");
  await page.getByRole("button", { name: "この日程で承諾する" }).click();
  await page.getByText(/決まっている実習: 2 日、4 時間 30 分/).waitFor();
  await page.getByLabel("日付").fill("2020-01-01");
  await page.getByLabel("始まりの時刻").fill("0900");
  await page.getByLabel("終わりの時刻").fill("1200");
  await page.getByRole("button", { name: "日程を提案する" }).click();
  await page.getByRole("link", { name: "過ぎた日です。", exact: false }).waitFor();
  await page.goBack();
  const file = await page.request.get("/me/practicum/days.ics");
  assert.match(file.headers()["content-type"], /text\/calendar/);
  assert.equal((await file.text()).match(/STATUS:CONFIRMED/g).length, 2);

  const office = await kensan.page();
  await signIn(office, "jisshushidou");
  await office.getByRole("link", { name: "実習の日程" }).first().click();
  await look(office, "days-office");
  const conference = office.locator("section.card", { hasText: "14:00 - 15:30" });
  await conference.getByText("取りやめる").first().click();
  await conference.getByLabel("理由").fill("開催が延期になったため");
  await conference.getByRole("button", { name: "取りやめる" }).click();
  await office.getByText("理由: 開催が延期になったため").waitFor();
  await office.getByText(/決まっている実習: 1 日、3 時間 0 分/).waitFor();
});
