// Every page of every role: axe-core finds nothing, nothing is wider than a phone, and pictures are taken for docs/.
import { after, before, test } from "node:test";
import { look as lookAt } from "./look.mjs";
import { signIn, start } from "./server.mjs";

// With KENSAN_DOCS set, these are kept as the pictures of the documentation.
const DOCUMENTED = {
  "admin-home-desktop": "home", "admin-cohort-desktop": "cohort", "admin-trainee-desktop": "trainee", "admin-placement-desktop": "placement",
  "admin-session-desktop": "attendance", "admin-certificates-desktop": "certificates", "jukousha-checklist-phone": "checklist-phone",
};
const PHONE = { width: 390, height: 844 };
let kensan;

before(async () => {
  kensan = await start();
});
after(() => kensan.stop());

async function look(page, name) {
  await lookAt(page, name);
  if (process.env.KENSAN_DOCS && DOCUMENTED[name]) {
    await page.screenshot({ path: `../docs/screenshots/${DOCUMENTED[name]}.png` });
  }
}

// The demonstration was made today: nothing was known before.
const past = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);

const PAGES = {
  admin: {
    home: "/", cohorts: "/cohorts", "cohort-new": "/cohorts/new", cohort: "/cohorts/1", running: "/cohorts/2", roster: "/cohorts/2/roster",
    sessions: "/cohorts/2/sessions", session: "/sessions/20", placement: "/cohorts/2/placement", explanation: "/cohorts/2/placement/explanation", policy: "/cohorts/2/placement/policy", wish: "/cohorts/2/placement/wish?enrolment=40", "wish-office": "/cohorts/2/placement/wish?enrolment=40&office=9970100003&week=2", certificates: "/cohorts/1/certificates",
    trainees: "/trainees?q=研修", trainee: "/trainees/1", "person-edit": "/trainees/1/edit", offices: "/offices", office: "/offices/1",
    "offices-near": "/offices?near=40&capacity=1", "offices-from": "/offices?from=見本市&km=20", "offices-from-nowhere": "/offices?from=どこか", imports: "/imports", comparison: "/guidelines/comparison", guidelines: "/guidelines", edition: "/guidelines/editions/initial-training-revised",
    supplement: "/guidelines/supplements/ehime", kanagawa: "/guidelines/supplements/kanagawa", impact: "/guidelines/impact?cohort=1&new=initial-training-earlier", judgement: "/trainees/1/judgement", "judgement-past": "/trainees/5/judgement?as_of=" + past, users: "/users", proposals: "/proposals", again: "/again?to=/settings", user: "/users/2", accounts: "/cohorts/2/accounts", timetable: "/cohorts/2/timetable", facts: "/cohorts/2/facts", message: "/cohorts/2/message", "make-ups": "/cohorts/1/make-ups", answers: "/cohorts/2/placement/answers", "office-list": "/offices/list", entrance: "/cohorts/6/entrance", registry: "/registry", "registry-found": "/registry?q=登録", forecast: "/registry/forecast", "registry-settings": "/registry/settings", "registry-person": "/registry/people/1", audit: "/audit?check=1", results: "/results",
    password: "/password", "second-factor": "/second-factor", "account-policy": "/settings/accounts", backups: "/settings/backups", "read-log": "/audit/reads", settings: "/settings", agreements: "/settings/agreements", papers: "/settings/papers?paper=evaluation", groups: "/cohorts/2/groups", group: "/groups/1", records: "/cohorts/3/practicum", supervision: "/cohorts/1/supervision", "supervision-search": "/supervision-certificates", "records-waiting": "/cohorts/3/practicum?risk=waiting", "not-found": "/cohorts/999",
  },
  pref: { results: "/results", comparison: "/guidelines/comparison", guidelines: "/guidelines", impact: "/guidelines/impact?cohort=1&new=initial-training-earlier" },
  koushi: { home: "/", sessions: "/cohorts/2/sessions", session: "/sessions/20" },
  shidousha: { office: "/" },
  jukousha: { checklist: "/me", record: "/me/practicum", registry: "/me/registry" },
  jisshusei: { checklist: "/me", record: "/me/practicum" },
  jisshushidou: { office: "/" },
};

for (const [login, pages] of Object.entries(PAGES)) {
  for (const [device, viewport] of [["desktop", undefined], ["phone", PHONE]]) {
    test(`${login} on a ${device}`, async () => {
      const page = await kensan.page(viewport ? { viewport } : {});
      await signIn(page, login);
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await look(page, `${login}-${name}-${device}`);
      }
      await page.context().close();
    });
  }
}

test("signing in and verifying need no account", async () => {
  const page = await kensan.page();
  for (const name of ["code", "ask", "link/abcdefghijkm"]) {
    await page.goto(`/sign-in/${name}`);
    await look(page, `sign-in-${name.replace(/\W.*/, "")}`);
  }
  await page.goto("/sign-in");
  await look(page, "sign-in");
  await page.goto("/verify/0123");
  await look(page, "verify-unknown");
  await page.getByRole("link", { name: "English" }).click();
  await page.getByText("There is no such certificate.").waitFor();
  await look(page, "verify-unknown-en");
});

test("a person twice in a roster is asked about, on a desktop and a phone", async () => {
  for (const [device, viewport] of [["desktop", undefined], ["phone", PHONE]]) {
    const page = await kensan.page(viewport ? { viewport } : {});
    await signIn(page, "jimukyoku");
    await page.goto("/cohorts/2/roster");
    const rows = "受験番号,氏名,フリガナ,生年月日\r\n90001,研修 二重,ケンシュウ ニジュウ,1985-04-01\r\n90002,研修 二重,ケンシュウ ニジュウ,1985-04-01\r\n";
    await page.getByLabel("合格者・受講者の名簿").setInputFiles({ name: "名簿.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
    await page.getByRole("button", { name: "取り込む" }).click();
    await page.getByText("このファイルの 2 行目と氏名・生年月日が同じです。").waitFor();
    await look(page, `jimukyoku-roster-undecided-${device}`);
    await page.context().close();
  }
});

test("two editions side by side, on a desktop and a phone", async () => {
  for (const [device, viewport] of [["desktop", undefined], ["phone", PHONE]]) {
    const page = await kensan.page(viewport ? { viewport } : {});
    await signIn(page, "jimukyoku");
    await page.goto("/guidelines/comparison");
    await page.locator("#old_edition").selectOption("initial-training-earlier");
    await page.locator("#new_edition").selectOption("initial-training-revised");
    await page.getByRole("button", { name: "比べる" }).click();
    await page.getByText("（新設）").first().waitFor();
    await look(page, `jimukyoku-comparison-result-${device}`);
    await page.context().close();
  }
});
