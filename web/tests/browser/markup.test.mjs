// Markup in everything somebody can hand in: it is shown as text on every page, and none of it runs.
import assert from "node:assert/strict";
import { be, handedIn, person } from "./people.mjs";
import { ask, BASE, listed, PHONE, visit } from "./support.mjs";

const ZUSHI = "14208";

/** Each would call `ran`, if it were anything but text. */
const MARKUP = [
  "<script>ran()</script>",
  "<ScRiPt>ran()</sCrIpT>",
  "<script src=//example.invalid/x.js></script>",
  "<script/x>ran()</script>",
  "<script>ran()//",
  "<scr<script>ipt>ran()</scr</script>ipt>",
  "</script><script>ran()</script>",
  "</title><script>ran()</script>",
  "</textarea><script>ran()</script>",
  "</style><script>ran()</script>",
  "--><script>ran()</script>",
  "]]><script>ran()</script>",
  "<img src=x onerror=ran()>",
  "<img src=x onerror='ran()'//>",
  "<img/src=x/onerror=ran()>",
  "<img src=x:x onerror=ran() <b>",
  "\"><img src=x onerror=ran()>",
  "'><img src=x onerror=ran()>",
  "`><img src=x onerror=ran()>",
  "\" onmouseover=ran() x=\"",
  "' onfocus=ran() autofocus x='",
  "\" autofocus onfocus=ran() \"",
  "<svg onload=ran()>",
  "<svg/onload=ran()>",
  "<svg><script>ran()</script></svg>",
  "<svg><animate onbegin=ran() attributeName=x dur=1s>",
  "<svg><a href=javascript:ran()><text y=20>x</text></a></svg>",
  "<svg><use href=data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=#x></svg>",
  "<math><mtext></form><form><mglyph><style></math><img src onerror=ran()>",
  "<body onload=ran()>",
  "<iframe src=javascript:parent.ran()></iframe>",
  "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
  "<object data=javascript:ran()></object>",
  "<embed src=javascript:ran()>",
  "<a href=javascript:ran()>x</a>",
  "<a href='java\tscript:ran()'>x</a>",
  "<form action=javascript:ran()><button>x</button></form>",
  "<input autofocus onfocus=ran()>",
  "<select autofocus onfocus=ran()></select>",
  "<details open ontoggle=ran()>x</details>",
  "<video><source onerror=ran()></video>",
  "<audio src=x onerror=ran()></audio>",
  "<marquee onstart=ran()>x</marquee>",
  "<base href=//example.invalid/>",
  "<meta http-equiv=refresh content=0;url=javascript:ran()>",
  "<link rel=stylesheet href=//example.invalid/x.css>",
  "<style>@import '//example.invalid/x.css';</style>",
  "<div style=background:url(javascript:ran())>x</div>",
  "javascript:ran()",
  "&lt;script&gt;ran()&lt;/script&gt;{{constructor.constructor('ran()')()}}${ran()}",
];

const COLUMNS = ["名称_カナ", "名称_英語", "住所", "団体名", "電話番号", "利用可能時間特記事項", "席数", "設備", "URL", "もとの建物の説明", "利用できる人の説明"];
/** A name is one line: a tab in it is read as a space. */
const named = (text) => text.replaceAll("\t", " ");
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

/** A row for each piece of markup, every one of them once in every column, and in headers too. */
function sheet(moved = 0) {
  const header = ["名称", "種類", "緯度", "経度", ...COLUMNS, ...MARKUP.slice(0, 20)];
  const rows = MARKUP.map((markup, row) => [
    markup,
    "コワーキングスペース",
    (35.29 + row * 0.0004 + moved).toFixed(5),
    "139.58000",
    ...[...COLUMNS, ...MARKUP.slice(0, 20)].map((_, column) => MARKUP[(row + column + 1) % MARKUP.length]),
  ]);
  return `\ufeff${[header, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** Nothing ran, and nothing became an element the pages do not make. */
async function harmless(page, where) {
  const strange = await page.evaluate(() => ({
    ran: window.hasRun,
    elements: [
      ...document.querySelectorAll("body :is(script, iframe, object, embed, base, meta, link, marquee, math, animate, audio, video, source, style, [onerror], [onload], [onfocus], [onmouseover], [ontoggle])"),
      ...[...document.querySelectorAll("a[href], form[action], img[src]")].filter((element) =>
        /^\s*(javascript|data):/i.test(element.href ?? element.action ?? element.src),
      ),
    ].map((element) => element.outerHTML.slice(0, 120)),
  }));
  assert.deepEqual(strange, { ran: false, elements: [] }, where);
}

function watched(page) {
  return page.addInitScript(() => {
    window.hasRun = false;
    window.ran = () => {
      window.hasRun = true;
    };
  });
}

async function sent(who, id, more = {}) {
  const { revision } = await (await who.ask(`/submissions/${id}`)).json();
  const answer = await who.ask(`/submissions/${id}`, "PATCH", { state: "sent", ...more }, { "If-Match": `"${revision}"` });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).revision;
}

visit("markup in a sheet is text in the report, the sheet, the differences and the review", {}, async (page, context) => {
  const [editor, reviewer] = [await person("editor", ZUSHI), await person("reviewer", ZUSHI)];
  await watched(page);
  const name = "<img src=x onerror=ran()>.csv";
  const { id, summary } = await handedIn(editor, name, sheet());
  assert.equal(summary.rows, MARKUP.length);
  await be(context, editor);
  const look = async (path, ready) => {
    await page.goto(BASE + path);
    await page.waitForSelector(ready);
    await harmless(page, path);
  };
  await look("/manage", ".record");
  await look(`/manage/submissions/${id}`, ".sentence");
  assert.match(await page.locator("h1").textContent(), /<img src=x onerror=ran\(\)>/);
  await look(`/manage/submissions/${id}/sheet?rows=all`, ".sheet-table tbody");
  const shown = await page.locator(".sheet-table .named .cell-text").allTextContents();
  assert.deepEqual(shown, MARKUP);
  // A cell that is opened has its text in a field.
  await page.locator("td.cell.named").nth(16).click();
  assert.equal(await page.locator(".cell-editor :is(input, textarea)").inputValue(), MARKUP[16]);
  await page.keyboard.press("Escape");
  await page.setViewportSize(PHONE);
  await page.waitForSelector(".row-card");
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await harmless(page, "cards");
  await page.setViewportSize({ width: 1280, height: 800 });
  await look(`/manage/submissions/${id}/differences`, ".difference");
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await harmless(page, "differences");

  const revision = await sent(editor, id, { contact: MARKUP[12] });
  await context.clearCookies();
  await be(context, reviewer);
  await look("/manage", ".record");
  await look(`/manage/submissions/${id}`, ".difference");
  assert.match(await page.locator(".submission-head").textContent(), /<img src=x onerror=ran\(\)>/);
  const returned = await reviewer.ask(
    `/submissions/${id}/decision`,
    "POST",
    { decision: "return", note: MARKUP.join("\n").slice(0, 1900) },
    { "If-Match": `"${revision}"` },
  );
  assert.equal(returned.status, 200, await returned.clone().text());
  await context.clearCookies();
  await be(context, editor);
  await look("/manage", ".said");
  await look(`/manage/submissions/${id}`, ".reviewer-note");
});

visit(
  "published markup is text on the map, the facility's page, its form and its history",
  {},
  async (page, context) => {
    const [editor, reviewer] = [await person("editor", ZUSHI), await person("reviewer", ZUSHI)];
    await watched(page);
    const { id } = await handedIn(editor, "markup.csv", sheet(0.0001));
    const revision = await sent(editor, id);
    const decided = await reviewer.ask(`/submissions/${id}/decision`, "POST", { decision: "approve" }, { "If-Match": `"${revision}"` });
    assert.equal(decided.status, 200, await decided.clone().text());
    const { features } = await ask(`/collections/facilities/items?municipality=${ZUSHI}&limit=100&f=json`);
    const published = new Map(features.map(({ id, properties }) => [properties.name, id]));
    assert.deepEqual(MARKUP.filter((markup) => !published.has(named(markup))), []);

    await be(context, reviewer);
    const look = async (path, ready) => {
      await page.goto(BASE + path);
      await page.waitForSelector(ready);
      await harmless(page, path);
    };
    await page.goto(`${BASE}/?near=139.58,35.29`);
    await listed(page);
    await harmless(page, "the list");
    await look("/manage/facilities", ".record");
    for (const at of [0, 12, 16, 33]) {
      const facility = published.get(MARKUP[at]);
      await look(`/?open=${facility}`, "article h2");
      assert.equal(await page.locator("article h2").textContent(), MARKUP[at]);
      await look(`/manage/facilities/${facility}/history`, ".version, .versions, details");
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      await harmless(page, "versions");
      await look(`/manage/facilities/${facility}`, ".facility-form");
      // The server's own page has a style and a script of its own; it has no markup of anybody else's.
      await page.goto(`${BASE}/collections/facilities/items/${facility}?f=html&lang=ja`);
      assert.equal(await page.locator("h1").textContent(), MARKUP[at]);
      assert.equal(await page.evaluate(() => window.hasRun), false);
      assert.equal(await page.locator("main :is(script, iframe, img[onerror], svg[onload], object, embed)").count(), 0);
    }
    // The same sheet again, a little aside: each row stands beside the facility it is like.
    const again = await handedIn(editor, "again.csv", sheet(0.00015));
    await context.clearCookies();
    await be(context, editor);
    await look(`/manage/submissions/${again.id}/sheet`, ".sheet-table tbody");
    await page.waitForFunction(() => !document.querySelector(".pair") || document.querySelector(".pair tbody tr"));
    await harmless(page, "pairs");
    await look(`/manage/submissions/${again.id}/differences`, ".difference, .empty-rows");
  },
);

/** An answer in which every text of every facility is markup, each piece once in each field. */
async function everywhere(page) {
  const { features } = await ask("/collections/facilities/items?near=139.7,35.68&limit=20&f=json");
  const text = (row, column) => MARKUP[(row + column) % MARKUP.length];
  const made = MARKUP.map((name, row) => {
    const like = features[row % features.length];
    return {
      ...like,
      id: `markup-${row}`,
      properties: {
        ...like.properties,
        id: `markup-${row}`,
        name,
        name_kana: text(row, 1),
        name_en: text(row, 2),
        address: text(row, 3),
        operator: text(row, 4),
        phone: text(row, 5),
        website: row % 2 ? text(row, 6) : "javascript:ran()",
        opening_hours: text(row, 7),
        opening: { state: "unknown", until: text(row, 8), readable: row % 2 === 0 },
        eligibility: text(row, 9),
        eligibility_note: text(row, 10),
        stock: text(row, 11),
        stock_note: text(row, 12),
        kind: text(row, 13),
        municipality_name: text(row, 14),
        prefecture: text(row, 15),
        amenities: [text(row, 16)],
        uses: [text(row, 17)],
        checked_on: text(row, 18),
        closures: [{ from: text(row, 19), to: null, note: text(row, 20) }],
        support: [{ programme: text(row, 21), type: text(row, 22), fiscal_year: text(row, 23), area: text(row, 24), evidence_title: text(row, 25), evidence_url: "javascript:ran()", certainty: "likely" }],
        sources: [{ title: text(row, 26), url: "data:text/html,<script>ran()</script>" }],
      },
    };
  });
  await page.route(/\/collections\/facilities\/items(\/[\w-]+)?\?/, (route) => {
    const id = /items\/([\w-]+)\?/.exec(route.request().url())?.[1];
    const json = id ? made.find((one) => one.id === id) : { features: made, numberMatched: made.length, numberReturned: made.length, links: [] };
    return route.fulfill({ json });
  });
  await page.route(/\/places\?/, (route) =>
    route.fulfill({
      json: {
        features: MARKUP.slice(0, 8).map((name, row) => ({
          ...made[row],
          properties: {
            type: row % 2 ? "facility" : "station",
            name,
            name_en: text(row, 1),
            context: text(row, 2),
            lines: [text(row, 3)],
            former: text(row, 4),
            dropped: row % 3 ? null : text(row, 5),
          },
        })),
        clear: false,
        filters: [{ word: MARKUP[0], parameter: "amenity", value: MARKUP[1] }],
        rest: MARKUP[2],
        missing: { message: MARKUP[3] },
      },
    }),
  );
  await page.route(/\/facets\?/, (route) =>
    route.fulfill({ json: { numberMatched: 1, facets: { kind: { coworking: "<img src=x onerror=ran()>" }, price: { 400: MARKUP[0] } } } }),
  );
}

for (const locale of ["ja", "en", "ja-simple"]) {
  visit(`markup in every field is text wherever the map's page shows it, in ${locale}`, {}, async (page) => {
    await watched(page);
    await everywhere(page);
    const here = (query) => `${BASE}/?near=139.7,35.68&lang=${locale}${query}`;
    await page.goto(here(""));
    await listed(page);
    await harmless(page, "the list");
    const shown = await page.locator("#list .item-name").evaluateAll((all) => all.map((one) => one.textContent));
    assert.equal(shown.length, MARKUP.length);
    await page.goto(here("&compare=markup-0,markup-12,markup-22&show=compare"));
    await page.waitForSelector(".compare-table");
    await harmless(page, "the comparison");
    for (const row of [1, 13, 24, 34, 49]) {
      await page.goto(here(`&open=markup-${row}`));
      await page.getByRole("article").getByRole("heading", { level: 2 }).waitFor();
      await harmless(page, "a facility");
      await page.locator(".card .button-row button").last().click();
      await page.waitForSelector("dialog .report");
      await harmless(page, "a report");
    }
    await page.goto(here("&kind=coworking"));
    await listed(page);
    await page.locator(".chip-all").click();
    await page.waitForSelector(".choice-count:not(:empty)");
    await harmless(page, "the filters");
    await page.keyboard.press("Escape");
    await page.locator("#search").fill("a");
    await page.waitForSelector("#search-choices li");
    await harmless(page, "the suggestions");
    await page.goto(`${BASE}/embed?near=139.7,35.68&lang=${locale}`);
    await page.waitForSelector(".item");
    await harmless(page, "the frame");
  });
}

visit("markup in an address is text", {}, async (page) => {
  await watched(page);
  await page.goto(`${BASE}/?near=139.7,35.68`);
  await listed(page);
  for (const markup of MARKUP) {
    const text = encodeURIComponent(markup);
    // As the back button would, without loading the page fifty times.
    await page.evaluate((query) => {
      history.pushState(null, "", query);
      dispatchEvent(new PopStateEvent("popstate"));
    }, `/?near=139.7,35.68&place=${text}&near2=139.6,35.4&place2=${text}&rank=${text}&kind=${text}&municipality=${text}&open-at=${text}&compare=${text}`);
    await page.waitForFunction(
      (label) => document.querySelector(".list-from").textContent.includes(label),
      [...markup.replace(/\s+/gu, " ").trim()].slice(0, 60).join(""),
    );
    await harmless(page, markup);
  }
  await page.locator(".list-tools button").last().click();
  await page.locator(".embedding summary").click();
  await harmless(page, "sharing");
});

visit("markup in what is reported and in a refusal is text", { expected: /400/ }, async (page) => {
  await watched(page);
  const { features } = await ask("/collections/facilities/items?limit=1&f=json");
  await page.goto(`${BASE}/?open=${features[0].id}`);
  await page.locator(".card .button-row button").last().click();
  let row = 0;
  await page.route("**/reports", (route) =>
    route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify({ detail: MARKUP[row] }) }),
  );
  await page.locator("dialog input[type=radio]").first().check();
  for (; row < MARKUP.length; row += 1) {
    await page.locator("#report-text").fill(MARKUP[row]);
    await page.locator("#report-contact").fill(MARKUP[row].slice(0, 200));
    const sent = page.waitForRequest("**/reports");
    await page.locator("dialog button[type=submit]").click();
    assert.equal((await sent).postDataJSON().text, MARKUP[row].trim());
    await page.waitForFunction((text) => document.querySelector("dialog .wrong").textContent.includes(text), MARKUP[row]);
    await harmless(page, MARKUP[row]);
  }
});
