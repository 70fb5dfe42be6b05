// One trainee's practicum at phone width, from the pledge to the signed-off record: signed, agreed on days, two cases with consent, every stage with the
// conference by its fallback, plans of three kinds; the supervisor returns once, approves and signs off; the judgement is met, clause by clause.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { signIn, start, signInFirst } from "./server.mjs";

const PHONE = { width: 390, height: 844 };
const day = (offset) => new Date(Date.now() + 9 * 3600e3 + offset * 86400e3).toISOString().slice(0, 10);
let kensan;

before(async () => {
  kensan = await start();
});
after(() => kensan.stop());

// An account made on the users' page, signed in on a phone with the password shown there.
const account = async (administrator, login, role, number, whose) => {
  await administrator.goto("/users");
  await administrator.locator("#login").fill(login);
  await administrator.locator("#name").fill(login);
  await administrator.locator("#role").selectOption(role);
  await administrator.locator("#number").fill(number);
  await administrator.getByRole("button", { name: "保存する" }).click();
  // The number could mean several people.
  await administrator.getByRole("radio", { name: whose }).and(administrator.locator(":enabled")).first().check();
  await look(administrator, `account-whose-${role}`);
  await administrator.getByRole("button", { name: "保存する" }).click();
  const told = await administrator.locator(".notice").innerText();
  const page = await kensan.page({ viewport: PHONE });
  await signInFirst(page, login, told.match(/[\w-]{12,}/g).at(-1));
  return page;
};

const handIn = async (page) => {
  await page.getByRole("button", { name: "実習指導者に提出する" }).click();
  await page.getByText("実習指導者に提出しました。").waitFor();
};

test("from the pledge to the signed-off record", { timeout: 240_000 }, async () => {
  // A new text of the pledge asks everybody again.
  const administrator = await kensan.page();
  await signIn(administrator, "admin");
  await administrator.goto("/settings/agreements");
  const pledge = administrator.locator("details.card", { has: administrator.locator("input[name=kind][value=pledge]") });
  await pledge.locator("summary").click();
  await pledge.locator("textarea").fill("実習で知ったことを、誰にも話しません。");
  await pledge.getByRole("button").click();
  await administrator.goto("/cohorts");
  await administrator.getByRole("link", { name: "第28期 追加日程 実務研修" }).click();
  await administrator.getByRole("link", { name: "実習記録" }).first().click();
  await administrator.getByRole("link", { name: /未提出/ }).click();
  const row = administrator.getByRole("row", { name: /未提出/ });
  const [number] = (await row.getByRole("rowheader").innerText()).split(" ");
  const name = (await row.getByRole("rowheader").innerText()).slice(number.length + 1);
  const record = await row.getByRole("rowheader").getByRole("link").getAttribute("href");
  const office = (await row.innerText()).match(/第(\d+)号/)[1].padStart(3, "0");
  const page = await account(administrator, "arata", "trainee", number, name);
  const supervisor = await account(administrator, "tetsudai", "supervisor", `9970100${office}`, "見本");

  // Locked until the pledge is signed on the text that stands now.
  await page.goto("/me/practicum");
  await page.getByText("実習記録はまだ記入できません").waitFor();
  await look(page, "workspace-locked-phone");
  await page.getByLabel("文面をすべて読み、内容に同意します").check();
  await page.getByLabel("氏名").fill(name);
  await page.getByRole("button", { name: "署名する" }).click();
  await page.getByRole("button", { name: "目標を書く" }).waitFor();

  // A day: offered by the trainee, agreed on by the office.
  await page.goto("/me/practicum/days");
  await page.getByLabel("日付").fill(day(1));
  await page.getByLabel("始まりの時刻").fill("0900");
  await page.getByLabel("終わりの時刻").fill("1700");
  await page.getByRole("button", { name: "日程を提案する" }).click();
  await supervisor.goto(`${record}/days`);
  await supervisor.getByRole("button", { name: "この日程で承諾する" }).click();
  await page.reload();
  await page.getByText(/決まっている実習: 1 日、8 時間/).waitFor();

  // Goals, and two cases with the clients' consent.
  await page.goto("/me/practicum");
  await page.getByRole("button", { name: "目標を書く" }).click();
  await page.getByLabel("この実習で学びたいこと").fill("本人の意向の聞き方を学ぶ。");
  await handIn(page);
  for (const code of ["A", "B"]) {
    await page.goto("/me/practicum");
    const more = page.locator("details.card", { hasText: "事例を加える" });
    if (code === "B") await more.locator("summary").click();
    await more.getByLabel("符号").fill(code);
    await more.getByRole("button", { name: "事例を加える" }).click();
    const consent = page.locator("section.card", { hasText: `事例 ${code}` });
    await consent.getByLabel("同意を得た日").fill(day(-3));
    await consent.getByLabel("同意を受けた人").fill("実習指導者");
    await consent.getByRole("button", { name: "記録する" }).click();
    await page.locator("section.card", { hasText: `事例 ${code}` }).getByText("同意あり").waitFor();
  }

  // Every stage but the conference, in turn on the cases; the conference by what was explained.
  await page.goto("/me/practicum");
  const labels = await page.locator("table.stages tbody th").allInnerTexts();
  const stages = labels.filter((label) => label !== "サービス担当者会議");
  assert.equal(stages.length, labels.length - 1, labels.join());
  for (const [index, stage] of stages.entries()) {
    await page.goto("/me/practicum");
    await page.getByRole("button", { name: `事例${"AB"[index % 2]}の${stage}を記入する` }).click();
    const hour = 8 + 2 * (index % 4);
    await page.getByLabel("日付").fill(day(index < 4 ? -2 : -1));
    await page.getByLabel("始まりの時刻").fill(`${hour}:00`);
    await page.getByLabel("終わりの時刻").fill(`${hour + 2}:00`);
    await page.getByLabel("方法").selectOption("accompanied");
    await page.getByLabel("場所").selectOption("clients_home");
    await page.getByLabel("見たこと・したこと").fill(`${stage}に同行した。`);
    await page.getByLabel("学んだこと・気づいたこと").fill("本人の言葉から始めること。");
    await page.getByLabel(/^多職種/).fill("訪問看護師の観察の視点。");
    await handIn(page);
  }
  await page.goto("/me/practicum");
  await page.getByRole("button", { name: "担当者会議の代替の説明を記入する" }).click();
  await page.getByLabel("日付").fill(day(-1));
  await page.getByLabel("会議に同席できなかった理由").fill("期間中に開催がなかった。");
  await page.getByLabel(/^開催の準備/).fill("日程の調整と資料の準備。");
  await page.getByLabel(/^当日の進め方/).fill("司会、意見の聞き方、合意の確かめ方。");
  await handIn(page);

  // The assessment, and the three kinds of plan from it.
  const plan = async (form) => {
    await page.goto("/me/practicum");
    await page.getByLabel("利用者（事例）").selectOption("A");
    await page.getByLabel("様式").selectOption({ label: form });
    await page.getByRole("button", { name: "書き始める" }).click();
    await page.locator("select[name=client]").selectOption("practicum");
    await page.getByLabel("作成年月日").fill(day(-1));
  };
  await plan("アセスメント（課題分析標準項目）");
  await page.locator("[name='found_need.1']").fill("転ばずに歩きたい");
  await handIn(page);
  for (const [form, need] of [["居宅サービス計画書", "need.1"], ["施設サービス計画書", "need.1"], ["介護予防サービス・支援計画書", "issue.1"]]) {
    await plan(form);
    await page.getByRole("button", { name: "アセスメントから写す" }).click();
    await page.getByText("空いている欄に写しました").waitFor();
    await page.locator(`[name='${need}']`).fill("転ばずに店まで歩きたい");
    await handIn(page);
  }
  await page.goto("/me/practicum");
  await page.getByRole("button", { name: "自己評価を書く" }).click();
  for (const field of await page.locator("form.entry textarea").all()) await field.fill("目標は概ね達した。");
  await handIn(page);
  await page.goto("/me/practicum");
  await look(page, "workspace-handed-in-phone");

  // Given back once, handed in again, approved and signed off.
  await supervisor.goto(record);
  await look(supervisor, "workspace-review-phone");
  const first = supervisor.locator("section.card", { hasText: `${stages[0]}に同行した。` });
  await first.getByText("差し戻す", { exact: true }).first().click();
  await first.getByLabel("差し戻す理由").fill("本人の言葉も書いてください。");
  await first.getByRole("button", { name: "差し戻す" }).click();
  await supervisor.getByText("差し戻しました。").waitFor();
  await page.reload();
  await page.locator("section.warning").getByRole("link").first().click();
  await page.getByText("本人の言葉も書いてください。").first().waitFor();
  await page.getByLabel("見たこと・したこと").fill("「家で暮らしたい」という言葉を聞いた。");
  await handIn(page);
  await supervisor.reload();
  await supervisor.getByLabel("上の記録をすべて読みました").check();
  await supervisor.getByRole("button", { name: "確認待ちをまとめて承認する" }).click();
  await supervisor.getByText(/承認しました/).first().waitFor();
  await look(supervisor, "workspace-ready-phone");
  await supervisor.getByLabel("実習の全体を確認しました").check();
  await supervisor.getByRole("button", { name: "実習記録を確認済みにする" }).click();
  await supervisor.locator(".tag.met").first().waitFor();
  await look(supervisor, "workspace-signed-off-phone");

  // Every requirement of the practicum is met, each with its clause.
  await page.goto("/me/practicum");
  assert.equal(await page.getByText("実習記録はまだ記入できません").count(), 0);
  assert.equal(await page.getByRole("button", { name: /記入する$/ }).count(), 0, "nothing is added under the supervisor's word");
  const lines = page.locator("ul.requirements li");
  const open = await lines.filter({ hasNot: page.locator(".tag.met, .tag.waived") }).allInnerTexts();
  assert.deepEqual(open, []);
  assert.ok((await lines.count()) > 3);
  for (const line of await lines.all()) assert.notEqual(await line.locator("small").innerText(), "", "its clause");
  await look(page, "workspace-met-phone");
  for (const paper of ["pdf", "report", "confirmation"]) {
    assert.equal((await page.request.get(`/me/practicum/${paper}`)).headers()["content-type"], "application/pdf");
  }
});
