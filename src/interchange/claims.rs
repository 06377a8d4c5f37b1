//! Reads which words of a list a text affirms, denies or leaves open.
//!
//! 「Wi-Fi：○、電源：×」 names two things and affirms one. A text is split into the list's words, signs
//! of yes, no and doubt, irrelevant conditions (要予約, 1F) and unknown words. A word is affirmed only
//! if nothing beside it may deny it.

mod flags;
mod lexicon;
mod single;
#[cfg(test)]
mod tests;

use super::words;
use lexicon::{Joint, Sign, Token};

pub use flags::flag;
pub use single::one;

/// The words of a list that a text affirms, denies or leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// What is there, in the order it is named.
    pub affirmed: Vec<&'static str>,
    /// What is not there.
    pub denied: Vec<&'static str>,
    /// Words of the list of which the text does not clearly say either.
    pub doubtful: Vec<&'static str>,
    /// What the text says besides that is not understood.
    pub unread: Vec<String>,
}

impl Claims {
    /// Whether all of it was understood.
    pub fn is_clear(&self) -> bool {
        self.doubtful.is_empty() && self.unread.is_empty()
    }
}

/// The longest text that is read. Lists of facts are far shorter; longer texts are prose.
const LONGEST: usize = 4_000;

/// Reads a text about a field's words.
pub fn read(field: &str, text: &str) -> Claims {
    if text.len() > LONGEST {
        return Claims {
            unread: vec![text.chars().take(40).collect()],
            ..Claims::default()
        };
    }
    let mut reader = Reader::new(field);
    reader.run(&lexicon::tidy(text), 0);
    reader.finish()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was said of it yet.
    Named,
    Yes,
    No,
    Doubt,
}

/// A word of the list where it stands in the text.
#[derive(Debug)]
struct Mention {
    slug: &'static str,
    word: String,
    state: State,
    /// Whether words that are not known stand between it and what follows.
    is_apart: bool,
    /// What separates it from the mention before.
    joint: Joint,
}

/// A text being read.
struct Reader<'a> {
    field: &'a str,
    mentions: Vec<Mention>,
    unread: Vec<String>,
    /// The sign that stands before the words it is about: ×駐車場.
    before: Option<State>,
    /// The strongest separator since the last mention.
    joint: Joint,
    /// Words that are not known, since the last separator.
    other: String,
    /// Whether a mention stands since the last separator.
    has_mention: bool,
    /// いずれも, ともに: what follows is about everything before it.
    is_of_all: bool,
    /// A no that is about no word yet.
    is_bare_no: bool,
    /// Whether the last thing read was a yes: 設置 in 設置していません.
    is_after_yes: bool,
    /// Whether the next word is denied: no parking.
    is_next_denied: bool,
    /// The first mention that a sign may still be about.
    sentence: usize,
}

impl<'a> Reader<'a> {
    fn new(field: &'a str) -> Reader<'a> {
        Reader {
            field,
            mentions: Vec::new(),
            unread: Vec::new(),
            before: None,
            joint: Joint::None,
            other: String::new(),
            has_mention: false,
            is_of_all: false,
            is_bare_no: false,
            is_after_yes: false,
            is_next_denied: false,
            sentence: 0,
        }
    }

    /// Reads a text; one in brackets (`depth` 1) has its own sentences.
    fn run(&mut self, text: &[char], depth: usize) {
        let mut at = 0;
        while at < text.len() {
            let (token, next) = lexicon::next(self.field, text, at);
            if !matches!(token, Token::Sign(..) | Token::Nothing) {
                self.is_after_yes = false;
            }
            let follows = || lexicon::sense(self.field, text, next);
            match token {
                Token::Word(slug, word) => self.word(slug, word),
                Token::Sign(Sign::No, _)
                    if lexicon::denies_next(text, at) && follows() == lexicon::Sense::Word =>
                {
                    self.is_next_denied = true;
                }
                Token::Sign(sign, is_symbol) => {
                    let leads = match follows() {
                        lexicon::Sense::Colon => true,
                        lexicon::Sense::Word => is_symbol,
                        lexicon::Sense::Else => false,
                    };
                    self.sign(sign, leads);
                    self.is_after_yes = sign == Sign::Yes;
                }
                Token::Count(0) => self.sign(Sign::No, false),
                Token::Count(_) => self.sign(Sign::Yes, false),
                Token::All => self.is_of_all = true,
                Token::Near if self.has_mention => self.sign(Sign::Doubt, false),
                Token::Near => self.before = Some(State::Doubt),
                Token::Joint(joint) => self.separate(joint),
                Token::Bracket(inside) if depth == 0 => self.aside(&inside),
                Token::Bracket(_) => self.separate(Joint::Space),
                Token::Nothing => {}
                Token::Other(c) => self.other(c),
            }
            at = next.max(at + 1);
        }
        self.separate(Joint::Sentence);
    }

    fn word(&mut self, slug: &'static str, word: String) {
        let is_doubtful = lexicon::is_doubtful(&self.other);
        self.other.clear();
        let state = match self.before {
            _ if is_doubtful => State::Doubt,
            _ if std::mem::take(&mut self.is_next_denied) => State::No,
            Some(state) => state,
            None => State::Named,
        };
        self.mentions.push(Mention {
            slug,
            word,
            state,
            is_apart: false,
            joint: self.joint,
        });
        (self.joint, self.has_mention, self.is_bare_no) = (Joint::None, true, false);
    }

    fn other(&mut self, c: char) {
        self.other.push(c);
        if let Some(last) = self.mentions.last_mut() {
            last.is_apart = true;
        }
    }

    /// A sign: about what follows where it leads, else about what was named last.
    fn sign(&mut self, sign: Sign, leads: bool) {
        let state = match sign {
            Sign::Yes => State::Yes,
            Sign::No => State::No,
            Sign::Doubt => State::Doubt,
        };
        let is_about_last = self.mentions[self.sentence..]
            .iter()
            .any(|mention| mention.state == State::Named);
        let takes_back = self.is_after_yes && sign != Sign::Yes;
        if leads && !is_about_last && !takes_back {
            self.before = Some(state);
            return;
        }
        self.is_bare_no = sign == Sign::No && !is_about_last;
        let is_of_all = std::mem::take(&mut self.is_of_all);
        let Some(last) = self.mentions.len().checked_sub(1) else {
            return;
        };
        if last < self.sentence {
            return;
        }
        // What stands before the last word and has no sign of its own may be meant too.
        let mut is_joined = true;
        for i in (self.sentence..=last).rev() {
            let mention = &mut self.mentions[i];
            let is_last = i == last;
            let is_undone = sign == Sign::Doubt || (self.is_after_yes && sign == Sign::No);
            if mention.state == State::Named || (is_last && is_undone) {
                mention.state = match (state, is_last) {
                    (State::Yes, _) if is_joined => State::Yes,
                    (state, true) if mention.is_apart && state == State::No => State::Doubt,
                    (state, true) => state,
                    (state, false) if is_of_all => state,
                    (_, false) if is_joined => State::Doubt,
                    (_, false) => State::Yes,
                };
            }
            is_joined &= mention.joint <= Joint::Dot;
        }
    }

    /// What stands in brackets: about the word before it, or words of its own.
    fn aside(&mut self, inside: &[char]) {
        let mut own = Reader::new(self.field);
        let after_no = self.is_bare_no;
        own.run(inside, 1);
        if !own.mentions.is_empty() {
            for mention in &mut own.mentions {
                if after_no || self.before == Some(State::No) {
                    mention.state = State::Doubt;
                }
            }
            // Those in brackets are no neighbours of what follows.
            let place = self.mentions.len();
            self.mentions.splice(place.., own.mentions);
            self.sentence = self.mentions.len();
            self.has_mention = true;
            return self.unread.extend(own.unread);
        }
        let (sign, is_alone) = lexicon::gist(self.field, inside);
        let Some(last) = self.mentions.last_mut() else {
            return;
        };
        last.state = match (sign, last.state) {
            (Some(Sign::Yes), State::Named) => State::Yes,
            (Some(Sign::Yes) | None, state) => state,
            // 駐車場なし（不可）
            (Some(_), State::No) => State::No,
            (Some(Sign::No), State::Named) if is_alone => State::No,
            (Some(_), _) => State::Doubt,
        };
    }

    fn separate(&mut self, joint: Joint) {
        let other = std::mem::take(&mut self.other);
        let has_mention = std::mem::take(&mut self.has_mention);
        if !other.is_empty() && !has_mention {
            self.unread.push(other);
        } else if lexicon::is_doubtful(&other)
            && let Some(last) = self.mentions.last_mut()
            && last.state != State::No
        {
            last.state = State::Doubt;
        }
        self.joint = self.joint.max(joint);
        if joint == Joint::Sentence {
            (self.before, self.is_of_all) = (None, false);
            self.sentence = self.mentions.len();
        }
    }

    fn finish(self) -> Claims {
        let mut claims = Claims {
            unread: self.unread,
            ..Claims::default()
        };
        let mut seen: Vec<&'static str> = Vec::new();
        for mention in &self.mentions {
            let slug = mention.slug;
            if seen.contains(&slug) {
                continue;
            }
            seen.push(slug);
            let all = || self.mentions.iter().filter(|other| other.slug == slug);
            let is = |state| all().any(|other| other.state == state);
            let is_affirmed = is(State::Yes) || is(State::Named);
            // カフェあり、キッチンなし: one of the two is there. 駐車場あり、駐車場なし is nonsense.
            let affirmed = all().filter(|m| matches!(m.state, State::Yes | State::Named));
            let mut affirmed = affirmed.map(|m| m.word.as_str());
            let contradicts =
                affirmed.any(|word| all().any(|m| m.state == State::No && m.word == word));
            let list = if is(State::Doubt) && !is(State::No) || contradicts {
                &mut claims.doubtful
            } else if is_affirmed {
                &mut claims.affirmed
            } else {
                &mut claims.denied
            };
            list.push(slug);
        }
        claims
    }
}

/// The words of a field's list as they are compared, the longest first.
fn list(field: &str) -> &'static [(String, &'static str)] {
    words::compared(field)
}
