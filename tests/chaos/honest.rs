//! Honest members: each speaks numbered lines at a fixed pace, and verifies all that it is sent.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use chatroom::limits;

use crate::chance::Chance;
use crate::chronicle::Chronicle;
use crate::fault::{Fault, Faults, Promise, shown};
use crate::stop::Stop;

/// The time between the lines of one member: below the server's default rate.
const PACE: Duration = Duration::from_millis(150);

/// The longest time that an honest line may take: two seconds on a busy machine; and as long as the room
/// takes for a full line of each of some sixty hostile peers before it, since on loopback each connection
/// is a source of its own, and each source has its turn.
pub(crate) const LONGEST_DELAY: Duration = Duration::from_millis(2000 + TURNS);

const TURNS: u64 =
    60 * (limits::FRAME_BYTES as u64 + limits::FACT_BYTES) * 1000 / limits::ROOM_RATE;

const GOODBYE: &str = "# the server is shutting down";

/// The nickname of an honest member.
pub(crate) fn name(number: usize) -> String {
    format!("hon{number}")
}

/// The number of an honest member of this name, of so many.
pub(crate) fn number(name: &str, members: usize) -> Option<usize> {
    (0..members).find(|&number| self::name(number) == name)
}

/// Names that cannot be told from an honest member's, nor from the server's.
pub(crate) fn forgeries(number: usize) -> Vec<String> {
    let mut names: Vec<_> = ["HON", "hоn", "ｈon", "hᴏn", "hօn"] // Cyrillic, full width, small capital, Armenian.
        .iter()
        .map(|look| format!("{look}{number}"))
        .collect();
    names.extend(["NICK", "nick", "server", "sеrver", "SERVER", "you", "уou"].map(String::from));
    names
}

/// Returns true if this member may say this as its line of this number.
pub(crate) fn may_say(member: usize, number: u64, text: &str) -> bool {
    text == line(member, number) || member == 0 && [BEGIN, END].contains(&text)
}

/// Before and after what is compared, the first member says this.
const BEGIN: &str = "let it begin";
const END: &str = "let it end";

/// The text of this member's line of this number.
fn line(member: usize, number: u64) -> String {
    let mut chance = Chance::new(((member as u64) << 32) | number);
    let words = ["well", "ça va", "καλά", "👩‍👩‍👧", "\u{200f}שלום", "a\tb", "//", "hon: hi", "!"];
    let mut line = format!("n={number}");
    for _ in 0..chance.below(30) {
        line.push(' ');
        line.push_str(words[chance.below(words.len() as u64) as usize]);
    }
    line + " ."
}

/// All honest members.
pub(crate) struct Circle {
    members: Vec<Arc<Member>>,
    listeners: Vec<JoinHandle<()>>,
    speaker: Option<JoinHandle<()>>,
    silence: Arc<Stop>,
}

/// An honest member, as its speaker and its listener share it.
struct Member {
    number: usize,
    stream: TcpStream,
    /// Lines that have not come back yet.
    said: Mutex<VecDeque<(u64, Instant)>>,
    lines: AtomicU64,
    delays: Mutex<Vec<Duration>>,
    has_joined: AtomicBool,
    has_begun: AtomicBool,
    has_ended: AtomicBool,
    /// It got the goodbye, and then the stream ended in order.
    was_told: AtomicBool,
}

impl Circle {
    /// So many join, one after the other; `wait` is for a condition.
    pub(crate) fn joins(
        address: SocketAddr,
        count: usize,
        chronicle: &Arc<Chronicle>,
        faults: &Faults,
        mut wait: impl FnMut(&mut dyn FnMut() -> bool) -> Result<(), Fault>,
    ) -> Result<Self, Fault> {
        let silence = Arc::new(Stop::default());
        let mut circle = Self { members: vec![], listeners: vec![], speaker: None, silence };
        for number in 0..count {
            let (member, screen) = Member::connects(address, number)?;
            let member = Arc::new(member);
            let (listener, chronicle, faults) = (member.clone(), chronicle.clone(), faults.clone());
            circle
                .listeners
                .push(thread::spawn(move || listener.listens(screen, &chronicle, &faults)));
            circle.members.push(member.clone());
            wait(&mut || member.has_joined.load(Ordering::SeqCst))?;
        }
        circle.members[0].sends(BEGIN)?;
        wait(&mut || circle.all(|member| &member.has_begun))?;
        Ok(circle)
    }

    /// From now on they speak, in turns.
    pub(crate) fn speaks(&mut self, faults: &Faults) {
        let (members, silence, faults) =
            (self.members.clone(), self.silence.clone(), faults.clone());
        self.speaker = Some(thread::spawn(move || {
            for member in members.iter().cycle() {
                if silence.waits(PACE / members.len() as u32) {
                    return;
                }
                if let Err(fault) = member.speaks() {
                    return faults.report(fault);
                }
            }
        }));
    }

    /// They say no more. Everything that they said comes back, and then a last line.
    pub(crate) fn falls_silent(
        &mut self,
        mut wait: impl FnMut(&mut dyn FnMut() -> bool) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.silence.rings();
        self.speaker.take().map(JoinHandle::join);
        wait(&mut || self.members.iter().all(|member| member.said.lock().unwrap().is_empty()))?;
        self.members[0].sends(END)?;
        wait(&mut || self.all(|member| &member.has_ended))
    }

    /// Returns true if all of them got the goodbye, and then the end.
    pub(crate) fn was_told(&self) -> bool {
        self.all(|member| &member.was_told)
    }

    /// The time that each of their lines took to come back, in order, one for each line.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        let all = self.members.iter().map(|member| member.delays.lock().unwrap().clone());
        let mut delays: Vec<_> = all.flatten().collect();
        delays.sort();
        delays
    }

    fn all(&self, is: impl Fn(&Member) -> &AtomicBool) -> bool {
        self.members.iter().all(|member| is(member).load(Ordering::SeqCst))
    }
}

impl Drop for Circle {
    fn drop(&mut self) {
        self.silence.rings();
        for member in &self.members {
            // Fails where the server has closed it.
            let _ = member.stream.shutdown(Shutdown::Both);
        }
        self.listeners.drain(..).for_each(|listener| drop(listener.join()));
        self.speaker.take().map(JoinHandle::join);
    }
}

impl Member {
    fn connects(address: SocketAddr, number: usize) -> Result<(Self, BufReader<TcpStream>), Fault> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(LONGEST_DELAY))?;
        stream.set_read_timeout(Some(LONGEST_DELAY))?;
        let mut prompt = [0; 4];
        let asked = (&stream).read_exact(&mut prompt);
        if asked.is_err() || &prompt != b"NICK" {
            return Err(Promise::Run.broken(format!("{} was not asked for its name", name(number))));
        }
        stream.set_read_timeout(None)?;
        writeln!(&stream, "{}", name(number))?;
        let screen = BufReader::with_capacity(64 * 1024, stream.try_clone()?);
        let (said, lines, delays) = Default::default();
        let (has_joined, has_begun, has_ended, was_told) = Default::default();
        let member = Self {
            number,
            stream,
            said,
            lines,
            delays,
            has_joined,
            has_begun,
            has_ended,
            was_told,
        };
        Ok((member, screen))
    }

    fn sends(&self, text: &str) -> io::Result<()> {
        (&self.stream).write_all(format!("{text}\n").as_bytes())
    }

    /// Says its next line, unless one that it said is overdue.
    fn speaks(&self) -> Result<(), Fault> {
        let number = self.lines.fetch_add(1, Ordering::SeqCst) + 1;
        {
            let mut said = self.said.lock().unwrap();
            if let Some((number, at)) = said.front().filter(|(_, at)| at.elapsed() > LONGEST_DELAY)
            {
                return Err(self.waits(*number, at.elapsed()));
            }
            said.push_back((number, Instant::now()));
        }
        self.sends(&line(self.number, number)).map_err(|error| {
            Promise::NoCost.broken(format!("{} cannot speak: {error}", name(self.number)))
        })
    }

    fn waits(&self, number: u64, time: Duration) -> Fault {
        Promise::NoCost.broken(format!(
            "{} waits {:.1} s for its own line {number}, longer than {:.1} s",
            name(self.number),
            time.as_secs_f64(),
            LONGEST_DELAY.as_secs_f64()
        ))
    }

    /// Reads to the end, and reports the first line that is not right.
    fn listens(&self, screen: BufReader<TcpStream>, chronicle: &Chronicle, faults: &Faults) {
        if let Err(fault) = self.verifies(screen, chronicle) {
            faults.report(fault);
        }
        // The server waits for it.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    fn verifies(&self, mut screen: impl BufRead, chronicle: &Chronicle) -> Result<(), Fault> {
        let (mut bytes, mut goodbye) = (Vec::new(), false);
        loop {
            bytes.clear();
            let read = screen.read_until(b'\n', &mut bytes);
            let line = str::from_utf8(&bytes).ok().and_then(|line| line.strip_suffix('\n'));
            match (read, line) {
                (Ok(0), _) if goodbye => {
                    self.was_told.store(true, Ordering::SeqCst);
                    return Ok(());
                }
                (Ok(0), None) if bytes.is_empty() => {
                    let what = format!("{}'s stream ended without a goodbye", name(self.number));
                    return Err(Promise::Shutdown.broken(what));
                }
                (Ok(_), Some(_)) if goodbye => {
                    return Err(Promise::Shutdown.broken("something came after the goodbye"));
                }
                (Ok(_), Some(GOODBYE)) => goodbye = true,
                (Ok(_), Some(line)) => self.sees(line, chronicle)?,
                (read, None | Some(_)) => {
                    let (name, line) = (name(self.number), String::from_utf8_lossy(&bytes));
                    let how = read.map_or_else(|error| error.to_string(), |_| "in order".into());
                    let what = format!("{name}'s stream ended ({how}) with {}", shown(&line));
                    return Err(Promise::NoCost.broken(what));
                }
            }
        }
    }

    fn sees(&self, line: &str, chronicle: &Chronicle) -> Result<(), Fault> {
        let by_first = |text| line.strip_prefix("hon0: ") == Some(text);
        if !self.has_begun.load(Ordering::SeqCst) {
            self.has_joined.fetch_or(line == "Connected to the server!", Ordering::SeqCst);
            self.has_begun.store(by_first(BEGIN), Ordering::SeqCst);
            return Ok(());
        }
        if let Some(c) = line.chars().find(|&c| moves_the_cursor(c)) {
            let what = format!("{} was sent {c:?} in {}", name(self.number), shown(line));
            return Err(Promise::NoForgery.broken(what));
        }
        if line.starts_with('[') {
            return self.is_told(line);
        }
        chronicle.sees(self.number, line)?;
        if line.starts_with(&format!("hon{}: n=", self.number)) {
            let Some((number, at)) = self.said.lock().unwrap().pop_front() else {
                return Err(Promise::NoForgery.broken(format!("nobody said {}", shown(line))));
            };
            let delay = at.elapsed();
            if delay > LONGEST_DELAY {
                return Err(self.waits(number, delay));
            }
            self.delays.lock().unwrap().push(delay);
        }
        self.has_ended.fetch_or(by_first(END), Ordering::SeqCst);
        Ok(())
    }

    /// Private lines come from strangers only.
    fn is_told(&self, line: &str) -> Result<(), Fault> {
        let by = line.strip_prefix('[').and_then(|line| line.split_once(" to you] "));
        match by {
            Some((by, _)) if !by.contains(' ') && !by.starts_with("hon") => Ok(()),
            _ => Err(Promise::NoForgery.broken(format!("nobody can say {}", shown(line)))),
        }
    }
}

/// Control characters other than TAB, line breaks, and bidirectional overrides and isolates.
fn moves_the_cursor(c: char) -> bool {
    c != '\t' && c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
