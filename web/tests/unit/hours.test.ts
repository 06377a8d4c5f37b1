import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyWeek, parseWeek, writeWeek } from "../../src/manage/hours.ts";

const span = (from: string, to: string) => [{ from, to }];

test("days with equal hours are written together", () => {
  const week = emptyWeek();
  for (const day of ["Mo", "Tu", "We", "Th", "Fr"] as const) week[day] = span("09:00", "18:00");
  week.Sa = span("10:00", "17:00");
  week.PH = "off";
  assert.equal(writeWeek(week), "Mo-Fr 09:00-18:00; Sa 10:00-17:00; PH off");
});

test("two days are a list, three a range, and gaps stay", () => {
  const week = emptyWeek();
  week.Mo = span("09:00", "18:00");
  week.Tu = span("09:00", "18:00");
  week.Th = span("09:00", "18:00");
  week.Fr = span("09:00", "18:00");
  week.Sa = span("09:00", "18:00");
  assert.equal(writeWeek(week), "Mo,Tu,Th-Sa 09:00-18:00");
});

test("midnight closes a day as 24:00, and a lunch break is two spans in order", () => {
  const week = emptyWeek();
  week.Mo = [...span("13:00", "00:00"), ...span("09:00", "12:00")];
  assert.equal(writeWeek(week), "Mo 09:00-12:00,13:00-24:00");
});

test("nothing open is nothing known", () => {
  assert.equal(writeWeek(emptyWeek()), "");
  assert.equal(writeWeek({ ...emptyWeek(), PH: "off" }), "");
  assert.equal(writeWeek({ ...emptyWeek(), Mo: span("", "18:00") }), "");
});

test("holidays with hours of their own are a rule of their own", () => {
  const week = emptyWeek();
  week.Su = span("10:00", "17:00");
  week.PH = span("10:00", "17:00");
  assert.equal(writeWeek(week), "Su 10:00-17:00; PH 10:00-17:00");
});

test("what was written can be read", () => {
  for (const text of [
    "Mo-Fr 09:00-18:00",
    "Mo-Fr 09:00-18:00; Sa 10:00-17:00; PH off",
    "Mo,Tu,Th-Sa 09:00-12:00,13:00-24:00",
    "Fr,Sa 22:00-02:00",
  ]) {
    assert.equal(writeWeek(parseWeek(text)!), text);
  }
});

test("the same week in other words", () => {
  assert.equal(writeWeek(parseWeek("09:00-17:00")!), "Mo-Su 09:00-17:00");
  assert.equal(writeWeek(parseWeek("24/7")!), "Mo-Su 00:00-24:00");
  assert.equal(writeWeek(parseWeek("Mo-Su 09:00-17:00; We off")!), "Mo,Tu,Th-Su 09:00-17:00");
  assert.equal(writeWeek(parseWeek("Sa-Mo 9:00-12:00")!), "Mo,Sa,Su 09:00-12:00");
  assert.equal(writeWeek(parseWeek("Fr 22:00-26:00")!), "Fr 22:00-02:00");
});

test("what is no plain week is left to experts", () => {
  for (const text of ["", "Apr-Oct Mo-Fr 09:00-18:00", "Tu[1] 09:00-12:00", "sunrise-sunset", "Mo 9時", "week 1-53/2 Mo 09:00-10:00", "Mo 09:00+", "PH-Mo 09:00-10:00", "Mo 99:00-10:00"]) {
    assert.equal(parseWeek(text), null, text);
  }
});
