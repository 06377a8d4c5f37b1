//! The pages that are text: terms, privacy, accessibility. Short, and true of the program as it is.

use askama::Template;

use super::head::Head;
use super::render;
use crate::http::language::Language;

/// The paths and what their pages are called, for whoever lists them.
pub const TEXTS: [&str; 3] = ["/terms", "/privacy", "/accessibility"];

#[derive(Template)]
#[template(path = "text.html")]
struct TextPage {
    language: Language,
    head: Head,
    title: &'static str,
    parts: Vec<(&'static str, &'static str)>,
}

/// One of [`TEXTS`].
pub fn text(path: &str, public_url: &str, language: Language) -> String {
    let (title, parts) = match path {
        "/terms" => (language.pick("利用規約", "Terms of use"), terms(language)),
        "/privacy" => (language.pick("プライバシー", "Privacy"), privacy(language)),
        _ => (
            language.pick("アクセシビリティ", "Accessibility"),
            accessibility(language),
        ),
    };
    let description = parts.first().map_or("", |(_, text)| text);
    render(&TextPage {
        language,
        head: Head {
            description: description.to_owned(),
            ..Head::of(public_url, path, title, language)
        },
        title,
        parts,
    })
}

fn terms(language: Language) -> Vec<(&'static str, &'static str)> {
    match language {
        Language::Ja => vec![
            (
                "だれでも使えます",
                "地図、一覧、APIは、ログインなしで、目的を問わず使えます。機械的に大量に取得するときは、/changes か書き出しを使い、間隔をあけてください。",
            ),
            (
                "情報の正しさ",
                "掲載内容は、各施設の「出典」と「最終確認日」に記した時点のものです。営業しているか、使えるかを保証するものではありません。出かける前に、施設のウェブサイトや電話で確かめてください。違いに気づいたら、施設のページの「報告する」からお知らせください。",
            ),
            (
                "支援事業の表示",
                "「確認済」「推定」「不明」は、根拠となる資料をどこまで確かめたかを表します。不明は、支援がなかったという意味ではありません。",
            ),
            (
                "データの利用",
                "施設データは、出典を示せば再利用できます。境界や地名などの元データの条件は「データの出典」を見てください。",
            ),
            (
                "責任",
                "このサイトを運営する市区町村や団体は、掲載内容を使った結果について責任を負えません。",
            ),
        ],
        Language::En => vec![
            (
                "Anybody may use it",
                "Map, lists and API are open to everybody, for any purpose, without an account. To fetch a lot by machine, use /changes or an export, and take your time.",
            ),
            (
                "How right it is",
                "What is listed was so at the time given with each place's sources and the day it was last checked. Nothing promises that a place is open or lets you in: check its website or call before you go. If you find a mistake, use “Report” on the place's page.",
            ),
            (
                "Programme support",
                "“Confirmed”, “likely” and “unknown” say how far the evidence was checked. Unknown does not mean that there was none.",
            ),
            (
                "Reuse of the data",
                "Facility data may be reused if the source is named. For the terms of the data below it (borders, place names), see the data credits.",
            ),
            (
                "Liability",
                "Whoever runs this site cannot be liable for what comes of using what it lists.",
            ),
        ],
    }
}

fn privacy(language: Language) -> Vec<(&'static str, &'static str)> {
    match language {
        Language::Ja => vec![
            (
                "あなたを追跡しません",
                "利用者を見分けるCookie、アクセス解析、広告、外部のスクリプトやフォントはありません。運営者が外部の地図を設定したときだけ、その地図の画像がそのサーバーから届きます。",
            ),
            (
                "現在地",
                "「現在地」を押したときだけ、ブラウザーに位置をたずねます。近い順に並べるため、位置は検索の条件としてこのサーバーに送られます。保存はしません。",
            ),
            (
                "端末に残すもの",
                "見やすくするための設定と、電波が届かないときに見るための直前の一覧を、あなたの端末の中に残すことがあります。ブラウザーの設定で消せます。",
            ),
            (
                "報告",
                "報告の内容と、書いていただいたときは連絡先が、施設のある市区町村の担当者に届きます。連絡先は、対応が終わったときに消します。続けて送られる報告を防ぐため、送信元のアドレスから作った番号を1時間だけ残して数えます。同じ番号になるアドレスは何千もあり、番号からアドレスはわかりません。アドレスは保存しません。",
            ),
            (
                "担当者のアカウント",
                "自治体の担当者がサインインするときだけ、Cookieを使います。サインインを続けるためのものと、サインインしたことのあるブラウザーを覚えておくもの（最長400日）です。",
            ),
            (
                "担当者のファイル",
                "自治体の担当者が登録したファイルは、公開されたものは記録として残ります。変更のない下書きは90日、却下または差し戻されたものは180日でファイルを削除します（運営者が日数を変えていることがあります）。判断の記録は残ります。公開してはいけない個人情報は、管理者が履歴とファイルから消せます。",
            ),
            (
                "サーバーの記録",
                "障害や不正な試みを調べるため、サーバーは失敗した要求の経路と時刻、失敗したサインインの送信元アドレスを記録することがあります。サーバーの前に置かれた中継の記録は、このサイトの運営者に確かめてください。",
            ),
        ],
        Language::En => vec![
            (
                "Nobody follows you",
                "There are no cookies that tell visitors apart, no analytics, no advertising, and no scripts or fonts from elsewhere. Only where the operator has set up a map of another server do its images come from there.",
            ),
            (
                "Your location",
                "Your browser is asked for it only when you press “My location”. To sort by distance it is sent to this server as part of the search. It is not stored.",
            ),
            (
                "What stays on your device",
                "Settings, and the last list for when there is no signal, may be kept on your own device. Your browser can delete them.",
            ),
            (
                "Reports",
                "What you report, and your contact if you give one, reach those responsible at the municipality. The contact is erased once the report is settled. To hold back floods, a number made from the sender's address is kept and counted for an hour. Thousands of addresses share each number, which cannot be turned back into one; the address is never stored.",
            ),
            (
                "Accounts of staff",
                "Only staff of municipalities who sign in get cookies: one for the session, and one that remembers the browser they signed in with, for 400 days at most.",
            ),
            (
                "Files of staff",
                "Files that were published are kept as a record. The file of a draft that nobody changes is deleted after 90 days, that of a rejected or returned submission after 180 days; the operator may have set other numbers. Decisions stay on record. An administrator can erase personal data that must not be public from the history and from files.",
            ),
            (
                "The server's log",
                "To find faults and attacks, the server may log the path and time of requests that failed, and the address of failed sign-ins. Ask the operator of this site about proxies in front of it.",
            ),
        ],
    }
}

fn accessibility(language: Language) -> Vec<(&'static str, &'static str)> {
    match language {
        Language::Ja => vec![
            (
                "目標",
                "JIS X 8341-3:2016 の適合レベルAA（WCAG 2.2 レベルAA）をめざしています。第三者による試験はまだ受けていません。",
            ),
            (
                "地図と同じことが一覧でできます",
                "地図にあるものは、すべて一覧にもあります。一覧、検索、絞り込みは、キーボードだけで、また読み上げソフトで使えるように作っています。",
            ),
            (
                "JavaScriptがなくても",
                "施設、市区町村のページと、近い順の一覧は、JavaScriptなしで使えます。",
            ),
            (
                "わかっている限界",
                "地図の背景そのものは画像で、読み上げられません。施設が送ってくる営業時間などの文章は、書かれたとおりに表示します。車いすで使えるかどうかは、多くの施設でまだ「不明」です。",
            ),
            (
                "困ったとき",
                "使えないところがあれば、施設のページの「報告する」か、このサイトの運営者にお知らせください。",
            ),
        ],
        Language::En => vec![
            (
                "What we aim for",
                "JIS X 8341-3:2016 level AA (WCAG 2.2 level AA). Nobody independent has tested it yet.",
            ),
            (
                "The list is the map's equal",
                "Everything on the map is in the list too. List, search and filters are made to work with the keyboard alone and with screen readers.",
            ),
            (
                "Without JavaScript",
                "The pages of places and municipalities and the list by distance need none.",
            ),
            (
                "Known limits",
                "The map's background is a picture and is not read out. Opening hours and other texts from the places are shown as they were written. Whether a wheelchair gets in is still unknown for most places.",
            ),
            (
                "If something does not work",
                "Use “Report” on a place's page, or tell the operator of this site.",
            ),
        ],
    }
}
