//! One connection of the hostile peer: what it sent, what it seemed to say, and what a reference reader
//! finds that it said.

use std::mem;

use chatroom::room::nickname::Nickname;
use chatroom::{Action, ClientId, Ending, Millis, Rendering, limits};

use super::reader::{self, Claim};
use super::unframed::{chunks, is_cut, unframed_answer};
use crate::clean::clean;
use crate::reference_frames::{lines, with_line_ends, without_telnet};
use crate::reference_text::{self, typed};
use crate::renderings::without_time;

/// Whom it meets, who keep their nicknames.
pub(crate) const OTHERS: [&str; 2] = ["ann", "bob"];

pub(crate) struct Mallory {
    id: ClientId,
    /// The bytes of each read.
    pub(crate) reads: Vec<Vec<u8>>,
    /// When.
    pub(crate) times: Vec<Millis>,
    /// Her nickname now.
    pub(crate) name: Option<String>,
    /// Her end: the way and the time.
    pub(crate) closed: Option<(Ending, Millis)>,
    pub(crate) is_dropped: bool,
    /// Her admission: the rendering, and the number of reads before it.
    admitted: Option<(Rendering, usize)>,
    /// After how many reads she was paused.
    paused: Option<usize>,
    was_paused: bool,
    /// All that Bob was shown of her.
    shown: Vec<String>,
    /// The times that she was told that Bob has too much unread, or has not written to her.
    unsent: usize,
    /// Bob is told only ASCII.
    tells_ascii: bool,
}

impl Mallory {
    pub(crate) const fn connects(id: ClientId, tells_ascii: bool) -> Self {
        Self {
            id,
            tells_ascii,
            reads: Vec::new(),
            times: Vec::new(),
            name: None,
            closed: None,
            is_dropped: false,
            admitted: None,
            paused: None,
            was_paused: false,
            shown: Vec::new(),
            unsent: 0,
        }
    }

    /// The room does this, perhaps to her.
    pub(crate) fn meets(&mut self, action: &Action<Vec<u8>>) {
        match action {
            // Not when she ends her lines after all.
            Action::Admit(id, rendering) if *id == self.id && self.admitted.is_none() => {
                self.admitted = Some((*rendering, self.reads.len()));
            }
            Action::Pause(id) if *id == self.id => {
                self.paused = Some(self.reads.len());
                self.was_paused = true;
            }
            Action::Resume(id) if *id == self.id => self.paused = None,
            Action::Drop(id) if *id == self.id => self.is_dropped = true,
            Action::Send(id, text) if *id == self.id => {
                let unsent = |line: &&str| {
                    line.starts_with("! bob has too much unread, not sent")
                        || *line == "! no one here has sent you a private message"
                };
                self.unsent += clean(text).lines().map(without_time).filter(unsent).count();
            }
            Action::Admit(..)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Drop(_)
            | Action::Send(..)
            | Action::Broadcast(..)
            | Action::Log(..) => {}
        }
    }

    /// A shell that reads her has to wait.
    pub(crate) fn must_wait(&self) -> bool {
        self.paused.is_some_and(|after| self.reads.len() >= after + limits::READS_AHEAD)
    }

    /// Bob is shown this line while it is Mallory who acts. It must be hers, of what she is called
    /// now, and nothing else. Returns whether it is one of the room's messages.
    pub(crate) fn causes(&mut self, line: &str) -> bool {
        let claim = reader::read(line).unwrap_or_else(|| panic!("{line:?} is no line"));
        self.shown.push(line.into());
        match claim {
            Claim::Said(who) | Claim::Acted(who) => {
                assert_eq!(Some(&who), self.name.as_ref(), "{line:?} is not Mallory's");
                return true;
            }
            Claim::SetTopic(who) => {
                assert_eq!(Some(who), self.name, "{line:?} is not Mallory's");
            }
            Claim::ToldYou(who) => {
                let told = |name: &String| told(name, self.tells_ascii);
                assert_eq!(Some(who), self.name.as_ref().map(told), "{line:?} is not Mallory's");
            }
            Claim::Joined(who) => {
                assert!(self.admitted.is_some() && self.shown.len() == 1, "{line:?}: nobody did");
                self.is_called(who);
            }
            Claim::Renamed(before, now) => {
                assert_eq!(Some(&before), self.name.as_ref(), "{line:?} is not Mallory's");
                self.is_called(now);
            }
            Claim::Left(who, why) => {
                assert!(self.is_dropped, "{line:?}: nobody did");
                assert_eq!(Some(who), self.name.take(), "{line:?} is not Mallory's");
                let known = match self.closed {
                    Some((Ending::Lost | Ending::Unserved, _)) => why == " (connection lost)",
                    Some((Ending::TooSlow, _)) => why == " (too slow)",
                    Some((Ending::Finished | Ending::Gone, _)) | None => why.is_empty(),
                };
                let quit = why.starts_with(" (quit: ") && why.ends_with(')');
                assert!(known || quit, "{line:?} for a reason of nobody's");
            }
            Claim::YouTold(_) | Claim::Connected | Claim::Information | Claim::Error => {
                panic!("{line:?} is the server's to say")
            }
        }
        false
    }

    fn is_called(&mut self, name: String) {
        reader::must_be_a_name_apart_from(&name, &OTHERS);
        self.name = Some(name);
    }

    /// It is over: Bob was shown all that she said, as far as it was her turn.
    pub(crate) fn ends(self, now: Millis) {
        assert_eq!(self.name, None, "she is announced as gone");
        let said = self.said();
        let ended_it = self.closed.is_some() || said.has_quit || self.admitted.is_none();
        assert!(ended_it, "nobody ends a member's connection but she herself");
        if said.is_unsure {
            return;
        }
        let before_the_end = self.shown.split_last().map_or(&[][..], |(_, before)| before);
        let heard_out = match self.closed {
            None | Some((Ending::Finished, _)) => true,
            Some((Ending::Gone, when)) => now.since(when) < limits::LAST_WORDS,
            Some((Ending::Lost | Ending::Unserved | Ending::TooSlow, _)) => false,
        };
        if heard_out {
            let all = said.has_quit || self.admitted.is_none();
            let shown = if all { &self.shown } else { before_the_end };
            let whole = left_out(shown, &said.lines).is_some_and(|(count, rest)| {
                count + rest.len() == self.unsent && rest.iter().all(|line| is_private(line))
            });
            assert!(whole, "{shown:#?} is shown, {:#?} is said", said.lines);
        } else {
            self.must_be_heard_in_order(before_the_end, &said);
        }
    }

    /// The room has ended around her.
    pub(crate) fn ends_with_the_room(self) {
        let said = self.said();
        if !said.is_unsure {
            self.must_be_heard_in_order(&self.shown, &said);
        }
    }

    fn must_be_heard_in_order(&self, shown: &[String], said: &Said) {
        let left_out = left_out(shown, &said.lines).map(|(count, _)| count);
        let in_order = left_out.is_some_and(|count| count <= self.unsent);
        assert!(in_order, "{shown:#?} is shown, {:#?} is said", said.lines);
    }

    /// A reference reader's findings in the bytes, as the lines that Bob is to be shown.
    fn said(&self) -> Said {
        let mut said = Said { tells_ascii: self.tells_ascii, ..Said::default() };
        let Some((rendering, answered)) = self.admitted else { return said };
        let reads = self.texts();
        match rendering {
            Rendering::Native | Rendering::NativeTimed => {
                let mut frames = self.lines(&reads.concat()).into_iter();
                let name = frames.find_map(|frame| acceptable(&typed(&frame)?));
                said.joins(name.expect("someone with a nickname is admitted"));
                frames.for_each(|frame| said.says(&frame));
            }
            Rendering::Ascii => {
                let (answer, later) = reads.split_at(answered);
                let (name, first) = unframed_answer(&with_line_ends(&answer.concat()));
                let joined = self.shown.first().map(|line| reader::read(line));
                let Some(Some(Claim::Joined(coerced))) = joined else { panic!("she is announced") };
                said.joins(coerced);
                let prefix = [&*name, b": "].concat();
                said.says_pieces(&chunks(&first, &prefix));
                self.unframed(&mut said, later, &prefix, first.is_empty());
            }
        }
        said
    }

    /// The text of each read, without telnet.
    fn texts(&self) -> Vec<Vec<u8>> {
        let mut bytes = without_telnet(&self.reads.concat()).into_iter().peekable();
        let mut end = 0;
        let text = |read: &Vec<u8>| {
            end += read.len();
            std::iter::from_fn(|| bytes.next_if(|(at, _)| *at < end))
                .map(|(_, byte)| byte)
                .collect()
        };
        self.reads.iter().map(text).collect()
    }

    /// Reads the lines she says after her nickname, the first of which tells whether she ends her lines.
    fn unframed(&self, said: &mut Said, later: &[Vec<u8>], prefix: &[u8], mut undecided: bool) {
        let first = self.reads.len() - later.len();
        // The text that may go on in the next read, because this one was full or did not begin with
        // the prefix.
        let mut begun: Option<Vec<u8>> = None;
        let mut full = false;
        for (at, text) in later.iter().enumerate() {
            // A CR NUL that is cut depends on the bytes that were held.
            said.is_unsure |= later[..at].last().is_some_and(|last| last.ends_with(b"\r"))
                && text.starts_with(b"\0");
            let text = &with_line_ends(text);
            let quiet = self.times[first + at].since(self.times[first + at - 1]);
            if begun.is_some() && quiet >= limits::UNFRAMED_AFTER {
                said.says_pieces(&[begun.take().unwrap_or_default()]);
            }
            said.is_unsure |= begun.is_some() && self.was_paused;
            if text.is_empty() {
                continue;
            }
            if mem::take(&mut undecided) && !text.starts_with(prefix) || text.ends_with(b"\n") {
                let lines = self.lines(&[begun.unwrap_or_default(), later[at..].concat()].concat());
                return lines.iter().for_each(|frame| said.says(frame));
            }
            let goes_on = begun.is_some() && full;
            let begin = begun.take().unwrap_or_default();
            said.is_unsure |= begin.len() > limits::FRAME_BYTES && is_cut(&begin, text, prefix);
            let whole = [begin, text.clone()].concat();
            let has_prefix = whole.windows(prefix.len()).any(|bytes| bytes == prefix);
            let mut chunks = chunks(&whole, prefix);
            full = self.reads[first + at].len() >= limits::READ_BYTES;
            if full || !has_prefix && !goes_on {
                begun = chunks.pop();
            }
            said.says_pieces(&chunks);
        }
        said.says_pieces(begun.as_slice());
    }

    fn lines(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let finished = matches!(self.closed, Some((Ending::Finished | Ending::Gone, _)));
        let text = with_line_ends(text);
        let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let text = if finished { &text } else { &text[..whole] };
        lines(text, limits::FRAME_BYTES).into_iter().flatten().collect()
    }
}

/// Counts the private messages that are left out of what is shown, and returns what is said behind
/// it; `None` where anything else is left out, or was not said in this order.
fn left_out<'a>(shown: &[String], mut said: &'a [String]) -> Option<(usize, &'a [String])> {
    let mut count = 0;
    for line in shown {
        let at = said.iter().position(|said| said == line)?;
        let (before, rest) = said.split_at(at);
        if !before.iter().all(|line| is_private(line)) {
            return None;
        }
        count += at;
        said = &rest[1..];
    }
    Some((count, said))
}

fn is_private(line: &str) -> bool {
    matches!(reader::read(line), Some(Claim::ToldYou(_)))
}

/// The nickname that this is, if it is one and neither Ann's nor Bob's.
fn acceptable(answer: &str) -> Option<String> {
    let name = Nickname::parse(answer).ok()?;
    let free = OTHERS.iter().all(|other| !is_called(other, &name));
    free.then(|| name.as_str().into())
}

fn is_called(who: &str, name: &Nickname) -> bool {
    let keys = Nickname::parse(who).unwrap().keys();
    name.keys().iter().any(|key| keys.contains(key))
}

/// The text that Bob alone is told.
fn told(text: &str, in_ascii: bool) -> String {
    if in_ascii { reader::in_ascii(text) } else { text.into() }
}

/// The lines that someone says, as far as Bob is shown them.
#[derive(Default)]
struct Said {
    name: String,
    has_quit: bool,
    /// Where it cannot be told from the bytes alone.
    is_unsure: bool,
    tells_ascii: bool,
    /// She may be the one whom her reply reaches.
    has_told_herself: bool,
    lines: Vec<String>,
}

impl Said {
    fn joins(&mut self, name: String) {
        self.lines.push(format!("{name} joined the chat!"));
        self.name = name;
    }

    fn says_pieces(&mut self, chunks: &[Vec<u8>]) {
        let short = chunks.iter().filter(|chunk| chunk.len() <= limits::FRAME_BYTES);
        short.for_each(|chunk| self.says(chunk.strip_suffix(b"\r").unwrap_or(chunk)));
    }

    fn says(&mut self, frame: &[u8]) {
        let Some(text) = typed(frame) else { return };
        let own = text.strip_prefix(&self.name).and_then(|text| text.strip_prefix(": "));
        let text = own.unwrap_or(&text);
        let shows = reference_text::first_visible(text).is_some();
        let slash = matches!(reference_text::first_surely_visible(text), Some('/' | '／'));
        if self.has_quit || !shows || !text.starts_with('/') && slash {
            return;
        }
        let line = match text.strip_prefix('/') {
            None => Some(format!("{}: {text}", self.name)),
            Some(literal) if literal.starts_with('/') => Some(format!("{}: {literal}", self.name)),
            Some(command) => self.commands(command),
        };
        self.lines.extend(line);
    }

    fn commands(&mut self, command: &str) -> Option<String> {
        let me = &self.name;
        let (command, words) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let words = words.trim_start();
        match &*command.to_ascii_lowercase() {
            "me" if reference_text::first_visible(words).is_some() => {
                Some(format!("* {me} {words}"))
            }
            "msg" => {
                let (to, text) = words.split_once(char::is_whitespace)?;
                let to = Nickname::parse(to).ok()?;
                let is = |who: &str, key| Nickname::parse(who).unwrap().keys().contains(key);
                let people = [OTHERS[0], OTHERS[1], me];
                let found = to
                    .keys()
                    .iter()
                    .find_map(|key| people.iter().find(|who| is(who, key)).copied());
                self.has_told_herself |= found == Some(me);
                let heard = found == Some("bob") && reference_text::first_visible(text).is_some();
                heard.then(|| told(&format!("[{me} to you] {text}"), self.tells_ascii))
            }
            "reply" if reference_text::first_visible(words).is_some() => {
                self.is_unsure |= self.has_told_herself;
                Some(told(&format!("[{me} to you] {words}"), self.tells_ascii))
            }
            "topic" => {
                let words = words.trim();
                let sets = reference_text::first_visible(words).is_some()
                    && words.len() <= limits::TOPIC_BYTES;
                sets.then(|| format!("# {me} set the topic: {words}"))
            }
            "nick" => {
                let new = acceptable(words).filter(|new| new != me)?;
                let before = mem::replace(&mut self.name, new);
                Some(format!("{before} is now known as {}", self.name))
            }
            "quit" => {
                self.has_quit = true;
                let words = words.trim();
                let why = if reference_text::first_visible(words).is_none() {
                    String::new()
                } else {
                    format!(" (quit: {words})")
                };
                Some(format!("{me} left the chat!{why}"))
            }
            _ => None,
        }
    }
}
