// A placement is used: a trainee dragged to another office on the map, an office that withdraws, who moves told before anybody is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { signIn, start } from "./server.mjs";

const PHONE = { width: 390, height: 844 };
let kensan;
before(async () => { kensan = await start(); });
after(() => kensan.stop());

test("dragging asks, withdrawing places anew", { timeout: 120_000 }, async () => {
  const page = await kensan.page();
  await signIn(page, "jimukyoku");
  await page.goto("/cohorts/2/placement");

  // Nearer by the buttons, and back to the whole.
  await page.getByRole("link", { name: "拡大", exact: true }).click();
  await page.getByRole("link", { name: "全体" }).click();

  // A trainee is dragged to an office: the page says what it costs and who moves; nothing is saved.
  const trainee = page.locator("svg.map a[data-enrolment]").first();
  const office = page.locator("svg.map a[data-office]", { has: page.locator("rect.office:not(.full)") }).last();
  await page.locator("svg.map").evaluate((map) => map.scrollIntoView({ block: "start" }));
  const middle = async (dot) => {
    const box = await dot.boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  await page.mouse.move(...(await middle(trainee)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(office)), { steps: 8 });
  await page.mouse.up();
  await page.locator("#dragged").getByText("この配置の負担の内訳（点）").waitFor();
  assert.equal(new URL(page.url()).pathname, "/cohorts/2/placement", "the drop follows no link");
  await look(page, "placement-dragged-desktop");

  // Without a mouse the arrow keys go over the map, from the one link the Tab key reaches.
  await page.locator("svg.map a[tabindex='0']").focus();
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  const before = await focused();
  for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await focused(), before);
  assert.equal(await page.locator("svg.map a[tabindex='0']").count(), 1);

  // The same without a mouse: every distance in the table leads to the question.
  await page.locator("table.placements td.number a").first().click();
  await page.getByRole("heading", { name: "希望をかなえた場合の影響を試算する" }).waitFor();
  await page.locator("#answer").waitFor();

  // The round is told; then an office withdraws.
  await page.goto("/cohorts/2/placement");
  await page.getByRole("button", { name: /人の配置を確定し、通知を送る/ }).click();
  await page.getByRole("heading", { name: "配置の確定と通知" }).waitFor();
  await look(page, "placement-confirm-asks");
  await page.getByRole("button", { name: "配置を確定し、通知を送る" }).click();
  await page.locator("table.placements tbody td:nth-of-type(2) a").first().click();
  await page.locator("summary", { hasText: "受入れの取りやめ" }).click();
  await page.locator("#withdraw-office-reason").fill("指導者の異動");
  await page.getByRole("button", { name: "受入れの取りやめ" }).click();
  await page.getByText("配置を取り消しました。配置案を作り直してください。").waitFor();

  // Placed anew, people who were notified may move; they are listed before anybody is told.
  await page.goto("/cohorts/2/placement/policy");
  await page.getByLabel("配置の方針").fill("[change]\nnotified = 1\naccepted = 1\n");
  await page.getByLabel("理由").fill("動かしてよい");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.goto("/cohorts/2/placement");
  await page.getByLabel("通知・承諾済みの配置も見直しの対象に含める").check();
  await page.getByRole("button", { name: "配置案を作る" }).click();
  await page.getByText(/配置案を作りました/).waitFor();
  await look(page, "placement-anew-desktop");
  await page.getByRole("button", { name: /人の配置を確定し、通知を送る/ }).click();
  await page.getByRole("heading", { name: "配置の確定と通知" }).waitFor();
  await look(page, "placement-confirm-asks");
  await page.getByRole("button", { name: "配置を確定し、通知を送る" }).click();
  await page.getByRole("link", { name: "最新の案と比べる" }).first().click();
  await page.getByRole("heading", { name: "配置案を比べる" }).waitFor();
  await look(page, "placement-rounds-desktop");

  // On a phone nothing is wider than the screen.
  await page.setViewportSize(PHONE);
  for (const [name, path] of [["rounds", page.url()], ["placement", "/cohorts/2/placement"], ["explanation", "/cohorts/2/placement/explanation"]]) {
    await page.goto(path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow}px wider than the screen`);
    await look(page, `placement-${name}-phone`);
  }
  const pdf = await page.context().request.get("/cohorts/2/placement/map.pdf");
  assert.equal(pdf.headers()["content-type"], "application/pdf");
});
