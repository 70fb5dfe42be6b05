// Starts the demonstration on a free port and a browser to look at it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const PASSWORD = "kensan-demo-2026";

// Listens on a port of its own, unless `listening` says where; then `reached` is what the browser opens.
export async function start(listening = ["--listen", "127.0.0.1:0"], reached = "") {
  const data = mkdtempSync(join(tmpdir(), "kensan-e2e-"));
  const binary = process.env.KENSAN_BINARY ?? "../target/debug/kensan";
  const server = spawn(binary, ["demo", "--data", data, ...listening], { env: { ...process.env, NO_COLOR: "1", KENSAN_LOG: "info" } });
  const address = await new Promise((resolve, reject) => {
    let log = "";
    server.stderr.on("data", (chunk) => {
      log += chunk;
      const found = log.replace(/\u001b\[[0-9;]*m/g, "").match(/serving address=(\S+)/);
      if (found) resolve(reached || `http://${found[1]}`);
    });
    server.on("exit", () => reject(new Error(`the server stopped: ${log}`)));
  });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  return {
    address,
    browser,
    async page(options = {}) {
      const context = await browser.newContext({ baseURL: address, locale: "ja-JP", viewport: { width: 1280, height: 900 }, ...options });
      return context.newPage();
    },
    async stop() {
      await browser.close();
      server.removeAllListeners("exit");
      server.kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export async function signIn(page, login) {
  await page.goto("/sign-in");
  await page.getByLabel("ログイン名").fill(login);
  await page.getByLabel("パスワード").fill(PASSWORD);
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

// Signs in with a password that was given, and sets an own one, as the server asks.
export async function signInFirst(page, login, given) {
  await page.goto("/sign-in");
  await page.getByLabel("ログイン名").fill(login);
  await page.getByLabel("パスワード").fill(given);
  await page.getByRole("button", { name: "ログイン", exact: true }).click();
  // Whatever page comes first, the password is changed before it.
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.getByText("管理者から渡されたパスワードです").waitFor();
  await page.getByLabel("いまのパスワード").fill(given);
  await page.getByLabel("新しいパスワード（12文字以上）").fill("本人だけが知っている長い長い言葉");
  await page.getByLabel("新しいパスワード（もう一度）").fill("本人だけが知っている長い長い言葉");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.waitForURL((url) => url.pathname !== "/password");
}
