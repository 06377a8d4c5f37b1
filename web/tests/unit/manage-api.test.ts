import assert from "node:assert/strict";
import { test } from "node:test";
import { ManageApi } from "../../src/manage/api.ts";
import { ApiError } from "../../src/manage/errors.ts";

interface Sent {
  path: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

const USER = { id: 4, name: "大津市 山田", role: "editor", area: "25201", area_name: "大津市" };

function session(csrf: string, user = USER) {
  return { user, csrf, password_is_temporary: false, second_factor: "off", expires_at: "2026-12-01T00:00:00Z" };
}

/** An API whose server answers in turn; what was sent is in the list. */
function against(...answers: [number, unknown, Record<string, string>?][]): { api: ManageApi; sent: Sent[] } {
  const sent: Sent[] = [];
  globalThis.fetch = (async (path: string, init: RequestInit = {}) => {
    sent.push({
      path,
      method: init.method ?? "GET",
      headers: init.headers as Record<string, string>,
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    });
    const next = answers.shift();
    if (!next) throw new TypeError("the network is away");
    const [status, body, headers] = next;
    return new Response(status === 204 ? null : JSON.stringify(body), { status, ...(headers && { headers }) });
  }) as typeof fetch;
  return { api: new ManageApi("ja"), sent };
}

function problem(code: string, status: number, more: object = {}): [number, unknown] {
  return [status, { code, status, title: "題", detail: "どうするか", ...more }];
}

async function failing(work: Promise<unknown>): Promise<ApiError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return error;
  }
  return assert.fail("it did not fail");
}

test("what changes something carries the session's token, reading does not", async () => {
  const { api, sent } = against([201, session("one")], [200, { tokens: [] }], [204, null]);
  await api.signIn("大津市 山田", "a password", null);
  await api.tokens();
  await api.revokeToken(3);
  assert.deepEqual(sent[0]!.body, { name: "大津市 山田", password: "a password" });
  assert.equal(sent[0]!.headers["X-CSRF-Token"], undefined);
  assert.equal(sent[1]!.headers["X-CSRF-Token"], undefined);
  assert.equal(sent[2]!.headers["X-CSRF-Token"], "one");
  assert.ok(sent.every(({ headers }) => headers["Accept-Language"] === "ja"));
});

test("a token of an earlier session is asked for anew, once, and the request goes through", async () => {
  const { api, sent } = against([201, session("old")], problem("csrf", 403), [200, session("new")], [204, null]);
  await api.signIn("n", "p", null);
  await api.revokeToken(3);
  assert.deepEqual(
    sent.map(({ method, path }) => `${method} ${path}`),
    ["POST /session", "DELETE /tokens/3", "GET /session", "DELETE /tokens/3"],
  );
  assert.equal(sent[3]!.headers["X-CSRF-Token"], "new");
});

test("nothing is done in the name of somebody else who signed in meanwhile", async () => {
  const other = session("new", { ...USER, id: 9 });
  const { api, sent } = against([201, session("old")], problem("csrf", 403), [200, other]);
  await api.signIn("n", "p", null);
  assert.equal((await failing(api.revokeToken(3))).code, "csrf");
  assert.equal(sent.length, 3);
});

test("a problem document becomes an error with its words", async () => {
  const { api } = against([429, { code: "too-many-attempts", title: "お待ちください", detail: "30秒" }, { "Retry-After": "30" }]);
  const error = await failing(api.signIn("n", "p", null));
  assert.deepEqual(
    [error.status, error.code, error.title, error.detail, error.retryAfter],
    [429, "too-many-attempts", "お待ちください", "30秒", 30],
  );
});

test("a page of a proxy's own and a network that is away are errors without words", async () => {
  globalThis.fetch = (async () => new Response("<h1>502</h1>", { status: 502 })) as typeof fetch;
  const error = await failing(new ManageApi("ja").accounts());
  assert.deepEqual([error.status, error.code, error.title], [502, "", ""]);
  const { api } = against();
  assert.equal((await failing(api.accounts())).status, 0);
});

test("an ended session turns whoever asks away, and nobody is signed in any more", async () => {
  const { api } = against([201, session("one")], problem("signed-out", 401));
  const turned: string[] = [];
  api.onTurnedAway = (error) => turned.push(error.code);
  await api.signIn("n", "p", null);
  assert.ok((await failing(api.tokens())).signedOut);
  assert.deepEqual(turned, ["signed-out"]);
  assert.equal(api.session, null);
});

test("writes of a submission name the revision they were made from", async () => {
  const { api, sent } = against([201, session("one")], [200, {}], problem("changed-meanwhile", 412));
  await api.signIn("n", "p", null);
  await api.changeSubmission(17, 3, { state: "withdrawn" });
  assert.equal(sent[1]!.path, "/submissions/17");
  assert.equal(sent[1]!.headers["If-Match"], '"3"');
  assert.ok((await failing(api.decide(17, 3, { decision: "approve" }))).stale);
});

test("a write that somebody else decides on gives its submission", async () => {
  const { api, sent } = against(
    [201, session("one")],
    [202, { submission: { id: 17 } }],
    [200, { type: "Feature" }],
    [202, { submission: { id: 18 } }],
  );
  await api.signIn("n", "p", null);
  assert.equal((await api.withdrawFacility("hub-001", '"e"'))?.id, 17);
  assert.equal(await api.undo("hub-001", 5, '"e"'), null);
  assert.equal((await api.undo("hub-001", 5, '"e"'))?.id, 18);
  assert.deepEqual(sent.slice(1).map(({ headers }) => headers["If-Match"]), ['"e"', '"e"', '"e"']);
});

test("what stands in an id or a search cannot lead to another path", async () => {
  const { api, sent } = against([200, {}], [200, { features: [] }]);
  await api.submission("../users?x=1");
  await api.places("a&b=c", 5);
  assert.equal(sent[0]!.path, "/submissions/..%2Fusers%3Fx%3D1");
  assert.equal(sent[1]!.path, "/places?q=a%26b%3Dc&limit=5");
});
