//! The screens that a person sees: what happens, and under it the rows that are shown, their styles
//! written as `{dim}…{/}`.

mod completion;
mod json;
mod mention;
mod options;
mod safety;
mod style;
mod wrap;

use std::fmt::Write;

use chatroom::Millis;
use chatroom::view::{LocalTime, Row, Style, View, ViewOptions};

scenario! {
    a_conversation_has_times_and_styles_and_reads_without_them "
        me Meghana
        +0s Meghana joined the chat!
        +0s Connected to the server!
        +0s # messages 1 to 2:
        +0s Jacob: anyone here?
        +0s * Kaushik waves
        +60s Jacob: Hey Meghana, and MEGHANA's friends
        +61s Meghana: Hey Jacob, Meghana here
        +62s [Jacob to you] psst
        +63s [you to Jacob] I, Meghana
        +64s Jacob is now known as Jake
        +65s # 2 here: Jake, Meghana
        +66s # the weather is fine
        +67s ! no one here is called Bob
        +68s Jake left the chat! (quit: bye)
        +69s something that no server of ours says
        +70s client the connection was lost\\ntrying again
    "
    a_nicknames_colour_is_the_same_in_any_case "
        +0s Jacob: one
        +0s * JACOB two
        +0s [you to jacob] three
        +0s Meghana: four
    " => "
        +0s Jacob: one
            {dim}23:58 {/}{100}Jacob{/}: one
        +0s * JACOB two
            {dim}23:58 {/}* {100}JACOB{/} two
        +0s [you to jacob] three
            {dim}23:58 {/}[you to {100}jacob{/}] three
        +0s Meghana: four
            {dim}23:58 {/}{169}Meghana{/}: four
    "
    the_day_has_a_row_where_it_changes "
        +0s Jacob: today
        +119s Jacob: still today
        +120s Jacob: tomorrow
        +86519s Jacob: all day
        +86520s client the day after
    "
    full_times_say_the_day_in_each_row "
        time full
        +0s Jacob: today
        +120s Jacob: tomorrow
    " => "
        time full
        +0s Jacob: today
            {dim}2026-11-22 23:58:00 {/}{100}Jacob{/}: today
        +120s Jacob: tomorrow
            {dim}2026-11-23 00:00:00 {/}{100}Jacob{/}: tomorrow
    "
    without_times_a_row_is_the_line "
        time off
        +0s Jacob: today
        +120s Jacob: tomorrow
        +121s client lost
    " => "
        time off
        +0s Jacob: today
            {100}Jacob{/}: today
        +120s Jacob: tomorrow
            {100}Jacob{/}: tomorrow
        +121s client lost
            {strong}-- lost{/}
    "
    a_lone_joiner_is_shown_at_once_and_a_second_after_a_moment_by_itself "
        +0s Ann joined the chat!
        +1s Bob joined the chat!
        +3s time passes
        +10s Cid left the chat! (too slow)
    " => "
        +0s Ann joined the chat!
            {dim}23:58 {/}{dim}Ann joined the chat!{/}
        +1s Bob joined the chat!
            waits until +3.000s
        +3s time passes
            {dim}23:58 {/}{dim}Bob joined the chat!{/}
        +10s Cid left the chat! (too slow)
            {dim}23:58 {/}{dim}Cid left the chat! (too slow){/}
    "
    a_burst_is_one_row_when_it_has_been_quiet "
        +0s Ann joined the chat!
        +1s Bob joined the chat!
        +2s Cid joined the chat!
        +3s Dan left the chat!
        +4s Eve left the chat! (connection lost)
        +5s time passes
        +6s time passes
        +8s Fay left the chat!
    "
    a_burst_is_told_before_the_next_other_line "
        +0s Ann left the chat!
        +0.1s Bob left the chat!
        +0.2s Cid left the chat!
        +0.3s Dan: where are all of you going?
        +0.4s Eve left the chat!
        +0.5s client lost
        +0.6s Fay joined the chat!
        +0.7s Gus left the chat!
        +0.8s ! no
    "
    a_burst_is_told_late_where_time_was_not_said_to_pass "
        +0s Ann joined the chat!
        +1s Bob joined the chat!
        +100s Cid joined the chat!
    " => "
        +0s Ann joined the chat!
            {dim}23:58 {/}{dim}Ann joined the chat!{/}
        +1s Bob joined the chat!
            waits until +3.000s
        +100s Cid joined the chat!
            {dim}23:59 {/}{dim}Bob joined the chat!{/}
            {dim}23:59 {/}{dim}Cid joined the chat!{/}
    "
    /// A person who joins and leaves within one counts in both.
    a_burst_that_does_not_end_is_told_in_between "
        +0s Ann joined the chat!
        +1s Ann left the chat!
        +2.9s Ann joined the chat!
        +4.8s Ann left the chat!
        +6.7s Ann joined the chat!
        +8.6s Ann left the chat!
        +10.5s Ann joined the chat!
        +11s time passes
        +12s Ann left the chat!
        +13s Ann joined the chat!
    "
    a_burst_of_leaves_alone_and_one_of_joins_alone_say_so "
        +0s Ann left the chat!
        +0s Bob left the chat!
        +0s Cid left the chat!
        +0s Dan: hm
        +0s Bob joined the chat!
        +0s Cid joined the chat!
        +0s Dan: hm
        +0s Ann joined the chat!
        +0s Eve left the chat!
        +0s Dan: hm
    "
    the_readers_own_coming_is_never_folded "
        me Meghana
        +0s Ann joined the chat!
        +0s Bob joined the chat!
        +0s Meghana joined the chat!
        +0s Cid joined the chat!
        +2s time passes
    "
    a_rename_ends_a_burst_and_is_always_shown "
        presence off
        +0s Ann joined the chat!
        +0s Ann is now known as Bob
        +0s Bob left the chat!
        presence all
        +0s Ann joined the chat!
        +0s Bob joined the chat!
        presence fold
        +0s Cid joined the chat!
        +0s Dan joined the chat!
        +0s Dan is now known as Eve
    "
    what_was_folded_is_told_where_everything_is_shown_from_now_on "
        +0s Ann joined the chat!
        +0s Bob joined the chat!
        +0s Cid joined the chat!
        presence all
        +0s Dan joined the chat!
    " => "
        +0s Ann joined the chat!
            {dim}23:58 {/}{dim}Ann joined the chat!{/}
        +0s Bob joined the chat!
            waits until +2.000s
        +0s Cid joined the chat!
        presence all
        +0s Dan joined the chat!
            {dim}23:58 {/}{dim}2 people joined{/}
            {dim}23:58 {/}{dim}Dan joined the chat!{/}
    "
    the_bell_rings_for_mentions_and_private_messages "
        me Ann
        +0s Jacob: hi ann
        +10s Jacob: hi
        +20s * Jacob waves at Ann
        +30s [Jacob to you] psst
        +40s [you to Jacob] Ann
        +50s Ann: Ann
        +60s ann: Ann
        +70s Ann joined the chat!
        +80s # Ann
        +90s Annex: hi
    "
    the_bell_rings_for_mentions_only "
        me Ann
        bell mention
        +0s Jacob: hi ann
        +10s [Jacob to you] psst
        +20s [Jacob to you] psst, Ann
        +30s Jacob: hi
    "
    the_bell_rings_for_private_messages_only "
        me Ann
        bell private
        +0s Jacob: hi ann
        +10s [Jacob to you] psst
    " => "
        me Ann
        bell private
        +0s Jacob: hi ann
            {dim}23:58 {/}{100}Jacob{/}: hi {mention}ann{/}
        +10s [Jacob to you] psst
            {dim}23:58 {/}[{100}Jacob{/} to you] psst
            (rings)
    "
    the_bell_rings_for_everything_that_others_say "
        me Ann
        bell all
        +0s Jacob: hi
        +10s * Jacob waves
        +20s [Jacob to you] psst
        +30s Ann: hi
        +40s Jacob left the chat!
        +50s [you to Jacob] psst
    "
    the_bell_is_silent "
        me Ann
        bell off
        +0s Jacob: hi ann
        +10s [Jacob to you] psst
    " => "
        me Ann
        bell off
        +0s Jacob: hi ann
            {dim}23:58 {/}{100}Jacob{/}: hi {mention}ann{/}
        +10s [Jacob to you] psst
            {dim}23:58 {/}[{100}Jacob{/} to you] psst
    "
    the_bell_rests_for_a_second "
        me Ann
        +0s Jacob: ann
        +0.9s Jacob: ann
        +1s Jacob: ann
        +1.5s [Jacob to you] psst
    "
    who_is_not_known_by_name_is_not_mentioned "
        +0s Jacob: hi ann
        +10s [Jacob to you] psst
    " => "
        +0s Jacob: hi ann
            {dim}23:58 {/}{100}Jacob{/}: hi ann
        +10s [Jacob to you] psst
            {dim}23:58 {/}[{100}Jacob{/} to you] psst
            (rings)
    "
    what_a_terminal_obeys_is_not_shown "
        +0s Jacob: \u{1b}[2J\u{7}red\u{202e}left\\nnext\ttab
        +0s client it said \u{1b}[31mred
    " => r"
        +0s Jacob: \u{1b}[2J\u{7}red\u{202e}left\nnext\ttab
            {dim}23:58 {/}{100}Jacob{/}: [2Jredleft next\ttab
        +0s client it said \u{1b}[31mred
            {dim}23:58 {/}{strong}-- it said [31mred{/}
    "
}

/// Runs a script of the lines above from two minutes before midnight, and writes under each what is
/// shown.
fn played(script: &str) -> String {
    let mut options = ViewOptions::default();
    let mut view = View::new(options);
    let (mut me, mut waits) = (None, None);
    let mut printed = String::new();
    for line in script.trim().lines().map(str::trim) {
        let (first, rest) = line.split_once(' ').unwrap();
        writeln!(printed, "{}", visible(line)).unwrap();
        let Some(seconds) = first.strip_prefix('+').and_then(|time| time.strip_suffix('s')) else {
            match first {
                "me" => me = Some(rest),
                option => options.set(option, rest).unwrap(),
            }
            view.set(options);
            continue;
        };
        let seconds: f64 = seconds.parse().unwrap();
        let now = Millis::new((seconds * 1000.0) as u64);
        let (rows, rings) = match rest.strip_prefix("client ") {
            Some(text) => (view.tell(local_time(now), &text.replace("\\n", "\n")), false),
            None if rest == "time passes" => (view.tick(now, local_time(now)), false),
            None => {
                let shown =
                    view.show(now, local_time(now), me, &rest.replace("\\n", "\n").as_str().into());
                (shown.rows, shown.rings)
            }
        };
        for row in rows {
            writeln!(printed, "    {}", marked(&row)).unwrap();
        }
        if rings {
            writeln!(printed, "    (rings)").unwrap();
        }
        let due = view.poll_timeout();
        assert!(due.is_none_or(|due| due > now), "what is due has been done");
        if let Some(due) = due.filter(|_| due != waits) {
            writeln!(printed, "    waits until {due}").unwrap();
        }
        waits = due;
    }
    printed
}

/// The time in a place an hour ahead of UTC, where it began at 23:58.
fn local_time(now: Millis) -> LocalTime {
    let seconds = 23 * 3600 + 58 * 60 + now.as_millis() / 1000;
    let part = |unit, most| u8::try_from(seconds / unit % most).unwrap();
    let day = 22 + u8::try_from(seconds / 86400).unwrap();
    let (hour, minute, second) = (part(3600, 24), part(60, 60), part(1, 60));
    LocalTime { year: 2026, month: 11, day, hour, minute, second, offset: 60 }
}

fn marked(row: &Row) -> String {
    let mut marked = String::new();
    for span in row.spans() {
        let text = visible(span.text());
        match span.style() {
            Style::Plain => marked.push_str(&text),
            Style::Dim => write!(marked, "{{dim}}{text}{{/}}").unwrap(),
            Style::Strong => write!(marked, "{{strong}}{text}{{/}}").unwrap(),
            Style::Mention => write!(marked, "{{mention}}{text}{{/}}").unwrap(),
            Style::Nick(colour) => write!(marked, "{{{colour}}}{text}{{/}}").unwrap(),
        }
    }
    marked
}

/// The text with what cannot be seen written out.
fn visible(text: &str) -> String {
    let hidden = |c: char| c.is_control() || c == '\u{202e}';
    let escaped = |c: char| if hidden(c) { c.escape_default().to_string() } else { c.into() };
    text.chars().map(escaped).collect()
}

#[test]
fn the_history_has_no_times_and_rings_for_nobody() {
    let at = LocalTime { hour: 10, minute: 11, ..LocalTime::default() };
    let mut view = View::new(ViewOptions::default());
    let rows = view.replay(at, Some("ann"), &"bob: hi ann".into());
    assert_eq!(rows.iter().map(Row::text).collect::<Vec<_>>(), ["      bob: hi ann"]);
    assert!(rows[0].spans().iter().any(|span| span.style() == Style::Mention));
    let shown = view.show(Millis::ZERO, at, Some("ann"), &"bob: hi ann".into());
    assert!(shown.rings, "nothing has rung before");
    assert_eq!(shown.rows[0].text(), "10:11 bob: hi ann");
}
