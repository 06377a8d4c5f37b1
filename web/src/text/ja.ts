/** Every word the page shows, in Japanese. English must have the same keys: see en.ts. */

import { hoursAndMinutes } from "../format.ts";
import type { Moment } from "../opening.ts";

const clock = ({ time }: Moment) => time.replace(/^0/, "");
/** 今日18:00、明日9:00、11月30日（月）9:00. */
const when = (moment: Moment) => {
  if (moment.days === 0) return `今日${clock(moment)}`;
  if (moment.days === 1) return `明日${clock(moment)}`;
  return dated(moment);
};
const dated = (moment: Moment) => {
  const { date } = moment;
  const weekday = "日月火水木金土"[new Date(`${date}T00:00:00Z`).getUTCDay()];
  return `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日（${weekday}）${clock(moment)}`;
};
const left = (minutes: number) => {
  const [hours, rest] = hoursAndMinutes(minutes);
  if (!hours) return `あと${Math.max(1, rest)}分`;
  // Hours away, minutes no longer help anybody to decide.
  return `あと${hours}時間${hours < 3 && rest ? `${rest}分` : ""}`;
};

/** Words of the vocabularies that this page says in its own way, by vocabulary and slug. */
type Terms = Partial<Record<"kind" | "stock" | "amenities" | "uses" | "eligibility" | "programmes" | "certainty", Record<string, string>>>;

export const ja = {
  appName: "まちなか",
  pageTitle: "まちなか｜テレワーク拠点をさがす",
  titled: (subject: string) => `${subject}｜まちなか`,
  skipToList: "一覧へ移動",
  unknown: "不明",
  close: "閉じる",
  retry: "もう一度試す",
  language: "言語",
  terms: {} as Terms,
  /** Prefectures that this language names in its own way; municipalities have only their Japanese names. */
  prefectures: {} as Partial<Record<string, string>>,
  inPrefecture: (prefecture: string, municipality: string) => prefecture + municipality,
  coverage: "カバー率",
  about: { label: "このサービスについて", terms: "利用規約", privacy: "プライバシー", accessibility: "アクセシビリティ", manage: "市区町村の方" },
  comma: "、",
  dot: "・",

  search: {
    label: "町・市区町村・郵便番号・施設名でさがす",
    placeholder: "町・施設をさがす",
    suggestions: "場所と施設の候補",
    count: (n: number) => `候補が${n}件あります`,
    nothing: (q: string) =>
      `「${q}」に合う場所や施設は見つかりません。番地や建物名を除いて、市区町村名・町名か郵便番号でお試しください。地図を動かしても探せます。`,
    failed: "場所を調べられませんでした。",
    clear: "検索をやめて地図の範囲に戻す",
    type: { prefecture: "都道府県", municipality: "市区町村", ward: "区", station: "駅", airport: "空港", town: "町", postal: "郵便番号", facility: "施設" },
  },

  here: {
    button: "現在地から探す",
    looking: "現在地を調べています",
    label: "現在地",
    denied:
      "現在地の利用が許可されていません。町名や郵便番号を入力して探してください。許可は、ブラウザーのサイト設定で変えられます。",
    unavailable: "現在地を取得できませんでした。町名や郵便番号を入力して探してください。",
    timeout:
      "現在地の取得に時間がかかったため、中止しました。もう一度押すか、町名や郵便番号を入力して探してください。",
    outside: "現在地は日本の外のようです。探したい日本の町名や郵便番号を入力してください。",
  },

  opening: {
    label: "営業時間",
    open: "営業中",
    openUntil: (minutes: number, until: Moment) => `営業中・${left(minutes)}（${until.days === 0 ? clock(until) : when(until)}まで）`,
    closed: "営業時間外",
    closedUntil: (from: Moment) => `営業時間外・${when(from)}から`,
    closedTill: (until: Moment) => `休業中・${when(until)}まで`,
    openThen: (at: Moment, until: Moment | null) => `${dated(at)}は営業中${until ? `・${until.days === 0 ? clock(until) : dated(until)}まで` : ""}`,
    closedThen: (at: Moment, from: Moment | null) => `${dated(at)}は営業時間外${from ? `・${from.days === 0 ? clock(from) : dated(from)}から` : ""}`,
    /** A temporary closure, with its last day where that is known. */
    shut: (last: string | null) => `臨時休業中${last ? `・${last}まで` : "・再開の日は未定"}`,
    shutThen: (at: Moment, last: string | null) => `${dated(at)}は臨時休業${last ? `・${last}まで` : ""}`,
    noted: (text: string) => `（${text}）`,
    unknown: "営業時間不明",
    unreadable: "営業時間は機械で読めません",
    outdated: "いま営業中かは不明",
    asWritten: (text: string) => `「${text}」`,
    checked: (date: string) => `${date}に確認`,
    stale: "1年以上前の情報",
    neverChecked: "確認日不明",
    staleNote: "確認から1年以上たっています。訪ねる前に、電話やウェブサイトで確かめてください。",
  },

  filters: {
    heading: "絞り込み",
    button: "絞り込み",
    quick: { anyone: "だれでも", "drop-in": "ドロップイン", wifi: "Wi-Fi" },
    set: (n: number) => `絞り込み、${n}件設定中`,
    "open-at": "営業時間",
    openNow: "いま営業中",
    openAt: "日時を指定",
    openAny: "指定しない",
    openAtLabel: "営業している日時（日本時間）",
    openAtChosen: (date: string, time: string) => `${date} ${time}に営業`,
    eligibility: "利用できる人",
    use: "使い方",
    "price-max": "1時間の料金",
    priceAny: "上限なし",
    priceUpTo: (yen: number) => `¥${yen.toLocaleString("ja")}まで`,
    priceMark: "¥400",
    amenity: "設備",
    kind: "種類",
    stock: "もとの建物",
    programme: "支援事業",
    certainty: "支援の確かさ",
    also: "ふだん表示しない施設",
    allOf: "選んだ設備がすべてある拠点",
    moreChoices: "ほかの設備",
    unsupported: "支援事業が不明",
    closed: "閉鎖した施設も表示",
    planned: "計画中の施設も表示",
    includeUnknown: "不明な拠点も含める",
    includeUnknownNote: "条件がまだ分かっていない拠点を、当てはまる拠点のあとに並べます。",
    count: (n: number) => `${n}件`,
    show: (n: number) => `${n}件を見る`,
    showUnknown: (known: number, unknown: number) => `${known}件＋不明${unknown}件を見る`,
    remove: (name: string) => `${name}を外す`,
    clearAll: "すべて外す",
    failed: "選択肢を読み込めませんでした。",
  },

  list: {
    heading: "拠点の一覧",
    inWindow: (n: number) => `地図の範囲に ${n}件`,
    nearest: (n: number) => `${n}件・近い順`,
    withUnknown: (known: number, unknown: number) => `${known}件（ほかに条件が不明 ${unknown}件）`,
    from: (place: string) => `${place} から`,
    backToWindow: "地図の範囲に戻す",
    unknownHeading: "条件に合うか不明な拠点",
    unknownNote: "絞り込みの項目がまだ分かっていない拠点です。",
    knownOnly: "不明を除く",
    more: "もっと見る",
    loading: "読み込んでいます",
    failed: "一覧を読み込めませんでした。",
    offline: "サーバーにつながりません。通信の状態を確かめてください。",
    notKept: "オフラインです。この場所と条件の一覧は、この端末に残っていません。",
    enlarge: "一覧を広げる",
    shrink: "地図を広げる",
    emptyWindow: "この範囲に、登録された拠点はありません。",
    emptyFiltered: "この条件に合う拠点はありません。",
    emptyKnown: "この条件に合うと分かっている拠点はありません。",
    asked: (words: string) => `条件：${words}`,
    loosen: (name: string, n: number) => `「${name}」の条件を外す（${n}件）`,
    zoomOut: "地図の範囲を広げる",
    beyond: "いちばん近い拠点",
    beyondMetres: (metres: string) => `地図の中心からいちばん近い拠点まで、約${metres}あります。`,
    beyondIn: (city: string) => `地図の中心からいちばん近い拠点は、${city}にあります。`,
    nearestIs: (name: string) => `${name}を見る`,
    fewNear: (metres: string, walk: string | null) => `いちばん近い拠点まで約${metres}${walk ? `（${walk}）` : ""}です。`,
    lookAround: "その周りを地図で見る",
    both: (n: number) => `両方に近い順・${n}件`,
    faraway: (metres: string) => `近くに登録された拠点がなく、いちばん近い所でも約${metres}離れています。`,
    farawayIn: (city: string) => `近くに登録された拠点がありません。いちばん近い拠点は${city}にあります。`,
    noMatchNear: (metres: string) => `条件に合うと分かっている拠点は、いちばん近い所でも約${metres}離れています。`,
    noMatchNearIn: (city: string) => `条件に合うと分かっているいちばん近い拠点は、${city}にあります。`,
    maybeNearer: "条件が不明の拠点なら、もっと近くにあります。",
    letter: (letter: string) => `記号 ${letter}`,
    print: "印刷",
    share: "共有",
    staleAnswer: (when: string) => `オフラインです。${when}に読み込んだ一覧を表示しています。`,
    offlineMap: "オフラインです。新しい範囲は読み込めません。",
  },

  distance: {
    line: (metres: string) => `直線距離 ${metres}`,
    walk: (minutes: number) => `徒歩${minutes}分`,
    town: "町丁目の目安",
    city: "市内・位置は市の目安",
  },

  status: {
    open: (year: string | null) => (year ? `${year}時点で営業` : "営業の情報あり（時点は不明）"),
    suspended: (year: string | null) => (year ? `休止中（${year}時点）` : "休止中"),
    planned: (year: string | null) => (year ? `計画中（${year}時点）` : "計画中"),
    closed: (year: string | null) => (year ? `閉鎖（${year}時点）` : "閉鎖"),
    unknown: () => "営業状況は不明",
    unchecked: "その後の営業は確認していません。",
  },

  price: (yen: number) => (yen === 0 ? "無料" : `¥${yen.toLocaleString("ja")}/時`),
  hours: "営業時間",
  cost: "料金",
  who: "利用できる人",
  allUnknown: "料金・利用できる人は不明",
  formerly: (stock: string) => `もとは${stock}`,
  certainty: { confirmed: "確認済", likely: "推定", unknown: "不明" },

  card: {
    label: "施設の詳細",
    back: "一覧に戻る",
    address: "所在地",
    position: "位置の精度",
    precision: {
      building: "建物の位置",
      street: "番地・通りの目安",
      town: "町丁目の目安",
      city: "市区町村の目安",
    },
    error: (metres: string) => `（誤差 約${metres}）`,
    positionNote: "訪ねる前に所在地を確かめてください。",
    status: "営業状況",
    hours: "営業時間",
    closures: "臨時休業",
    price: "料金",
    eligibility: "利用できる人",
    seats: "席数",
    seatCount: (n: number) => `${n}席`,
    amenities: "設備",
    uses: "使い方",
    none: "なし",
    yes: "あり",
    kind: "種類",
    stock: "もとの建物",
    built: (year: number) => `${year}年築`,
    operator: "運営",
    phone: "電話",
    website: "ウェブサイト",
    support: "支援事業",
    evidence: "根拠",
    year: "年度",
    area: "地区",
    sources: "出典",
    checked: "最後に確認した日",
    page: "この施設のページ",
    report: "報告する",
    synthetic: "試験用の架空の施設です。",
    closed: "この施設は閉鎖されています。",
    suspended: "この施設は休止中です。",
    planned: "この施設はまだ計画中です。",
    notFound: "この施設は見つかりません。リンクが古いか、まちがっている可能性があります。",
    withdrawn: "この施設の登録は取り下げられました。",
    notKept: "オフラインです。この施設の情報は、この端末に残っていません。",
    failed: "施設の情報を読み込めませんでした。",
  },

  routes: {
    heading: "行き方",
    vague: "位置が目安のため、名前と住所で探します。",
    google: "Googleマップ",
    apple: "Appleマップ",
    osm: "OpenStreetMap",
    opens: (service: string) => `${service}で行き方を見る（別の画面）`,
  },

  report: {
    heading: "まちがいを報告する",
    intro: (name: string) => `「${name}」の情報について、市区町村の担当者に知らせます。ログインはいりません。`,
    kind: "どこがちがいますか",
    kinds: { closed: "閉まっている・なくなった", moved: "場所がちがう・移転した", hours: "営業時間がちがう", other: "そのほか" },
    text: "くわしい内容",
    textHint: (n: number) => `${n}文字まで。分かる範囲でかまいません。`,
    contact: "連絡先（なくてもよい）",
    contactHint: "メールアドレスなど。担当者が確かめるときだけに使います。",
    website: "ここには何も書かないでください",
    send: "報告する",
    sending: "送っています",
    done: "受け付けました。ありがとうございます。市区町村の担当者が確かめてから直します。",
    needText: "くわしい内容を書いてください。",
    needKind: "どこがちがうかを選んでください。",
    tooMany: "短い間に報告が続いたため、受け付けられませんでした。しばらくしてからもう一度お試しください。",
    offline: "サーバーにつながりません。通信の状態を確かめて、もう一度お試しください。書いた内容は残っています。",
    failed: (detail: string) => `送れませんでした。${detail}`,
  },

  compare: {
    heading: "施設の比較",
    tray: (n: number) => `比較 ${n}件`,
    open: "比べる",
    add: (name: string) => `${name}を比較に加える`,
    remove: (name: string) => `${name}を比較から外す`,
    addShort: "比較",
    full: (n: number) => `比べられるのは${n}件までです。どれかを外してください。`,
    clear: "すべて外す",
    distance: "直線距離",
    unlisted: "記載なし",
    failed: "読み込めない施設がありました。",
  },

  both: {
    button: "家と職場の両方から",
    heading: "家と職場の両方から近い順",
    intro: "2つの地点からの直線距離で並べます。地点はこの端末とアドレス（URL）だけに残ります。",
    one: "家（1つめの地点）",
    two: "職場（2つめの地点）",
    rank: "並べ方",
    ranks: { sum: "距離の合計が短い順", worst: "遠いほうの距離が短い順" },
    search: "この2地点で探す",
    need: "候補から地点を選んでください。",
    cancel: "やめる",
    from: (one: string, two: string) => `${one} と ${two} から`,
    distances: (one: string, two: string) => `1つめから${one}・2つめから${two}`,
    change: "地点を変える",
  },

  share: {
    heading: "この画面を共有",
    address: "リンク",
    copy: "リンクをコピー",
    copied: "リンクをコピーしました",
    copyYourself: "リンクを選んでコピーしてください",
    send: "ほかのアプリで送る",
    qr: "QRコード（スマートフォンで読み取れます）",
    tooLong: "リンクが長いため、QRコードにできません。",
    embed: "ほかのサイトに埋め込む",
    embedNote: "次のタグを貼ると、この条件の地図と一覧を表示できます。",
    bothPlaces: "選んだ2つの場所をリンクに含める",
    privacy: "現在地は、共有するリンクに含まれません。",
  },

  print: {
    made: (date: string) => `${date}に印刷`,
    mapOf: "一覧と同じ記号の地図",
  },

  embed: {
    title: "テレワーク拠点の地図",
    openFull: "まちなかで開く",
    opensNew: "（別の画面）",
  },

  map: {
    label: "地図",
    canvas: "動かせる地図",
    loading: "地図を準備しています",
    failed: "この環境では地図を表示できません。一覧はこのまま使えます。",
    searchHere: "ここから探す",
    searchCentre: "地図の中心から探す",
    picked: "地図で選んだ地点",
    pickedIn: (district: string) => `${district}の地点`,
    zoomIn: "拡大",
    zoomOut: "縮小",
    popupClose: "閉じる",
    outside: "外部の地図",
    gsi: "地理院地図",
    askOutside: {
      heading: (name: string) => `${name}を表示しますか`,
      whom: (host: string) => `表示すると、お使いのブラウザーが ${host} のサーバーに地図の画像を直接たずねます。そのとき、見ている範囲とIPアドレスがそのサーバーに伝わります。`,
      remembered: "この選択はこのブラウザーに保存します。ボタンをもう一度押すと、元の地図に戻ります。",
      show: "表示する",
      cancel: "表示しない",
    },
    credits: "出典：気象庁・国土交通省ほか（加工）",
    instructions: "矢印キーで移動、プラスとマイナスで拡大・縮小できます。拠点は一覧からも開けます。",
  },
};

export type Words = typeof ja;
