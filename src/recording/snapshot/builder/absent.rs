//! Lines of a snapshot about those who are not here: sources, and nicknames that are kept.

use super::{clauses, give_form, nickname, nothing_like, number};
use crate::recording::snapshot::Gone;
use crate::room::budgets::Bucket;
use crate::room::budgets::source::Prefix;
use crate::room::budgets::sources::Account;
use crate::room::nickname::Nickname;
use crate::room::reservations::Reservation;
use crate::wire::escape::unescape;
use crate::wire::line::leave_reason;
use crate::wire::sanitize::{self, quoted};
use alloc::format;
use alloc::string::String;

/// `PREFIX has used connecting NANOS, output NANOS, shown NANOS, input NANOS, served VIRTUAL`.
pub(super) fn account(text: &str) -> Result<(Prefix, Account), String> {
    let (prefix, used) = text.split_once(" has used ").ok_or_else(|| nothing_like(text))?;
    let names = ["connecting ", "output ", "shown ", "input ", "served "];
    let [connecting, output, shown, input, served] = clauses(used, names)?;
    let bucket = |nanos| number(nanos).map(Bucket::resume);
    let account = Account {
        connecting: bucket(connecting)?,
        output: bucket(output)?,
        shown: bucket(shown)?,
        input: bucket(input)?,
        served: number(served)?,
        ..Account::default()
    };
    Ok((prefix.parse()?, account))
}

/// `NICKNAME, cause BYTES`, with or without a `shown as FORM` and a `for OWNER`.
pub(super) fn read_gone(text: &str) -> Result<Gone, String> {
    let (name, cause) = text.split_once(", cause").ok_or_else(|| nothing_like(text))?;
    let (cause, owner) = match cause.rsplit_once(", for ") {
        Some((cause, owner)) => (cause, Some(owner.parse()?)),
        None => (cause, None),
    };
    let (name, form) = match name.split_once(", shown as ") {
        Some((name, form)) => (name, Some(form)),
        None => (name, None),
    };
    let mut nickname = nickname(name)?;
    if let Some(form) = form {
        give_form(&mut nickname, form)?;
    }
    let cause = unescape(cause.strip_prefix(' ').unwrap_or(cause))?;
    let cause =
        String::from_utf8(cause).ok().filter(|cause| sanitize::text(cause.as_bytes()) == *cause);
    let reason = cause.as_deref().and_then(leave_reason).map(|reason| reason.map(Into::into));
    let reason = reason.ok_or_else(|| format!("{} is no cause", quoted(text)))?;
    Ok(Gone { nickname, reason, owner })
}

/// `NICKNAME until TIME for OWNER`.
pub(super) fn reserved(text: &str) -> Result<(Nickname, Reservation), String> {
    let (name, rest) = text.split_once(" until ").ok_or_else(|| nothing_like(text))?;
    let (until, owner) = rest.split_once(" for ").ok_or_else(|| nothing_like(text))?;
    let reservation = Reservation { owner: owner.parse()?, until: until.parse()? };
    Ok((nickname(name)?, reservation))
}
