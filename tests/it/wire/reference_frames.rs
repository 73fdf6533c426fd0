//! Frames of lines, read slowly and obviously.

/// The text between the line ends, without them and without empty frames; `None` is a frame of more
/// than `limit` bytes.
pub(crate) fn lines(text: &[u8], limit: usize) -> Vec<Option<Vec<u8>>> {
    let text = with_line_ends(text);
    let lines = text.split(|&byte| byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(|line| (line.len() <= limit).then(|| line.to_vec())).collect()
}

/// CR NUL is a line end, as CR LF is.
pub(crate) fn with_line_ends(text: &[u8]) -> Vec<u8> {
    let mut ended: Vec<u8> = Vec::new();
    for &byte in text {
        let is_end = byte == 0 && ended.last() == Some(&b'\r');
        ended.push(if is_end { b'\n' } else { byte });
    }
    ended
}

/// The bytes that are not telnet negotiation, each with its place. RFC 854 and 855: IAC IAC is a byte
/// 255; IAC SB … IAC SE, IAC WILL/WONT/DO/DONT x and IAC x are nothing. An endless subnegotiation is
/// given up after 512 bytes.
pub(crate) fn without_telnet(bytes: &[u8]) -> Vec<(usize, u8)> {
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte != 255 {
            text.push((at - 1, byte));
            continue;
        }
        match bytes.get(at) {
            Some(255) => text.push((at, 255)),
            Some(251..=254) => at += 1,
            Some(250) => {
                let inside = &bytes[at + 1..];
                let mut length = 0;
                // IAC SE ends it, and no other IAC: it takes the byte behind it along.
                while length < inside.len() && inside[length..].get(..2) != Some(&[255, 240]) {
                    if length >= 512 {
                        break;
                    }
                    length += if inside[length] == 255 { 2 } else { 1 };
                }
                at += length.min(inside.len());
                if inside.get(length..length + 2) == Some(&[255, 240]) {
                    at += 2;
                }
                // The loop's last step counts the SB itself.
            }
            // No command: both are text.
            Some(0..240) => {
                text.push((at, 255));
                continue;
            }
            Some(_) | None => {}
        }
        at += 1;
    }
    text
}
