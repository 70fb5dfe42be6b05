// Starts the demonstration on a free port and a browser to look at it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const PASSWORD = "kensan-demo-2026";

export async function start() {
  const data = mkdtempSync(join(tmpdir(), "kensan-e2e-"));
  const binary = process.env.KENSAN_BINARY ?? "../target/debug/kensan";
  const server = spawn(binary, ["demo", "--data", data, "--listen", "127.0.0.1:0"], { env: { ...process.env, NO_COLOR: "1", KENSAN_LOG: "info" } });
  const address = await new Promise((resolve, reject) => {
    let log = "";
    server.stderr.on("data", (chunk) => {
      log += chunk;
      const found = log.replace(/\u001b\[[0-9;]*m/g, "").match(/serving address=(\S+)/);
      if (found) resolve(`http://${found[1]}`);
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
  await page.getByRole("button", { name: "ログイン" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}
