//! The README's picture, drawn from a run.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use vt100::{Cell, Color, Screen};

use super::tty::{Tty, in_a_terminal};
use crate::loopback::people::{Peer, Person};
use crate::programs::{self, Server};

const COLUMNS: u16 = 64;
const ROWS: u16 = 11;

/// The paper's colour.
const PAPER: &str = "#1c1c1c";

/// The width of a character.
const CELL: f64 = 8.4;

#[test]
fn the_picture_is_what_a_run_shows() {
    let screen = conversation();
    let text: Vec<_> = screen.rows(0, COLUMNS).map(|row| row.trim_end().to_owned()).collect();
    is_kept("client.txt", &(text.join("\n").trim_end().to_owned() + "\n"));
    is_kept("client.svg", &svg(&screen));
}

/// Three people's conversation, as Jacob sees it, who is typing. Without times, which change.
fn conversation() -> Screen {
    let server = Server::start(&["--history", "0"]);
    let mut command = in_a_terminal(programs::client());
    command.args([&server.address.to_string(), "--nick", "Jacob", "--time", "off"]);
    command.args(["--presence", "all"]).env_remove("NO_COLOR");
    let jacob = Tty::starts(command, COLUMNS, ROWS);
    jacob.prompts("Jacob>");
    let kaushik = Peer::joins(server.address, "Kaushik");
    jacob.shows("Kaushik joined the chat!");
    let says = |line: &str| {
        jacob.types(&format!("{line}\r"));
        jacob.shows(&format!("Jacob: {line}"));
    };
    let hears = |who: &Peer, line: &str, seen: &str| {
        who.says(line);
        jacob.shows(seen);
    };
    says("anyone here?");
    hears(&kaushik, "hey Jacob", "Kaushik: hey Jacob");
    let meghana = Peer::joins(server.address, "Meghana");
    jacob.shows("Meghana joined the chat!");
    hears(&meghana, "Hey guys! How's it going?", "Meghana: Hey guys!");
    hears(&kaushik, "/me waves", "* Kaushik waves");
    hears(&meghana, "/msg Jacob lunch at one?", "[Meghana to you] lunch at one?");
    jacob.types("/msg Megh\t");
    jacob.prompts("Jacob> /msg Meghana");
    jacob.types("yes, with pleasure");
    jacob.prompts("Jacob> /msg Meghana yes, with pleasure");
    jacob.screen();
    jacob.emulated()
}

/// The file that is kept is this; `make screen` keeps it.
fn is_kept(name: &str, drawn: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens");
    if std::env::var_os("UPDATE_SCREENS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), drawn).unwrap();
    }
    let kept = fs::read_to_string(folder.join(name)).unwrap_or_default();
    assert!(kept == drawn, "run make screen; this is drawn:\n{drawn}");
}

/// The screen drawn: a dark terminal.
fn svg(screen: &Screen) -> String {
    let (wide, high) = (f64::from(COLUMNS) * CELL + 24.0, f64::from(ROWS) * 18.0 + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.0} {high:.0}\" \
         font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for row in 0..ROWS {
        let y = f64::from(row) * 18.0 + 26.0;
        let mut column = 0;
        while column < COLUMNS {
            let look = look(screen.cell(row, column).unwrap());
            let begun = column;
            let mut text = String::new();
            while let Some(cell) = screen.cell(row, column).filter(|cell| self::look(cell) == look)
            {
                text += if cell.has_contents() { cell.contents() } else { " " };
                column += 1;
            }
            let (x, (paper, ink)) = (f64::from(begun) * CELL + 12.0, &look);
            if paper != PAPER {
                let (width, top) = (f64::from(column - begun) * CELL, y - 13.0);
                svg += &format!(
                    "<rect x=\"{x:.1}\" y=\"{top:.0}\" width=\"{width:.1}\" height=\"17\" fill=\"{paper}\"/>\n"
                );
            }
            let text = escaped(text.trim_end());
            if !text.is_empty() {
                svg += &format!(
                    "<text x=\"{x:.1}\" y=\"{y:.0}\" xml:space=\"preserve\" {ink}>{text}</text>\n"
                );
            }
        }
    }
    let (row, column) = screen.cursor_position();
    let (x, y) = (f64::from(column) * CELL + 12.0, f64::from(row) * 18.0 + 13.0);
    writeln!(svg, "<rect x=\"{x:.1}\" y=\"{y:.0}\" width=\"8\" height=\"17\" fill=\"#d0d0d0\"/>")
        .unwrap();
    svg + "</svg>\n"
}

/// A cell's paper, and the attributes of its ink.
fn look(cell: &Cell) -> (String, String) {
    let [mut inside, mut behind] = [color(cell.fgcolor()), PAPER.into()];
    if cell.inverse() {
        std::mem::swap(&mut inside, &mut behind);
    }
    let weight = if cell.bold() { " font-weight=\"bold\"" } else { "" };
    let opacity = if cell.dim() { " opacity=\"0.6\"" } else { "" };
    (behind, format!("fill=\"{inside}\"{weight}{opacity}"))
}

/// The colour of an index, as terminals have it; the view uses those of the cube only.
fn color(color: Color) -> String {
    match color {
        Color::Idx(index @ 16..=231) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let cube = index - 16;
            let [red, green, blue] = [cube / 36, cube / 6 % 6, cube % 6].map(level);
            format!("#{red:02x}{green:02x}{blue:02x}")
        }
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Default | Color::Idx(_) => "#d0d0d0".into(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
