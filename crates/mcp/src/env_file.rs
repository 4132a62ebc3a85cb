//! The file of settings that `--env-file` names: lines of `NAME=value`.
//!
//! No file is read that the user did not name, and a value is taken literally: `$` means nothing
//! here, because a file could otherwise carry other variables to wherever it points a setting.
//!
//! ```text
//! # a comment
//! STREAM_API_KEY=key:secret
//! export STREAM_ALLOWED_HOSTS="mcp.example.com, other.example.com"   # a comment
//! NAME='single quotes keep everything as it is: \ " #'
//! ```

use std::{
    fs::{File, OpenOptions},
    io::Read as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use crate::sources::Values;

/// The largest file that is read, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// Reads a file.
///
/// # Errors
/// A file that is missing, too large or not a regular file, and lines that are wrong, by their
/// numbers. What the file holds is never repeated.
pub(crate) fn read(path: &Path) -> Result<Values, String> {
    let place = path.display();
    let text = text(path).map_err(|message| format!("{place}: {message}"))?;
    parse(&text).map_err(|(line, message)| format!("{place}, line {line}: {message}"))
}

fn text(path: &Path) -> Result<String, String> {
    let file = open(path).map_err(|error| error.to_string())?;
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(format!("larger than {MAX_SIZE} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "not valid UTF-8".to_owned())
}

/// Opens a file without waiting: opening a FIFO would otherwise wait for a writer.
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

/// Parses the text of a file. An error comes with the number of its line.
fn parse(text: &str) -> Result<Values, (usize, &'static str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut values = Values::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some((name, value)) = parse_line(line).map_err(|message| (number, message))?
            && values.insert(name.to_owned(), value).is_some()
        {
            return Err((number, "the variable was set before"));
        }
    }
    Ok(values)
}

fn parse_line(line: &str) -> Result<Option<(&str, String)>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let line = match line.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
        _ => line,
    };
    let (name, value) = line.split_once('=').ok_or("expected NAME=value")?;
    let name = name.trim_end();
    let first = name.chars().next();
    if !first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        return Err("expected NAME=value, with a name of letters, digits and `_`");
    }
    let value = parse_value(value.trim_start())?;
    if value.contains('\0') {
        return Err("the value contains a NUL character");
    }
    Ok(Some((name, value)))
}

fn parse_value(text: &str) -> Result<String, &'static str> {
    let mut value = String::new();
    let mut rest = text.chars();
    match text.chars().next() {
        Some('\'') => {
            let (quoted, after) = text
                .get(1..)
                .and_then(|text| text.split_once('\''))
                .ok_or("a `'` is not closed")?;
            value.push_str(quoted);
            rest = after.chars();
        }
        Some('"') => {
            rest.next();
            loop {
                match rest.next().ok_or("a `\"` is not closed")? {
                    '"' => break,
                    '\\' => match rest.next() {
                        Some(c @ ('"' | '\\' | '$')) => value.push(c),
                        Some('n') => value.push('\n'),
                        _ => return Err("after `\\` only `\"`, `\\`, `$` and `n` are known"),
                    },
                    c => value.push(c),
                }
            }
        }
        // A comment begins at a `#` after white space; one inside of a word belongs to the value.
        _ => {
            let end = text
                .char_indices()
                .zip(std::iter::once(' ').chain(text.chars()))
                .find_map(|((at, c), before)| (c == '#' && before.is_whitespace()).then_some(at));
            let value = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            return Ok(value.trim_end().to_owned());
        }
    }
    let rest = rest.as_str();
    let comment = rest.trim_start();
    let separate = comment.is_empty() || (comment.starts_with('#') && comment.len() < rest.len());
    if separate { Ok(value) } else { Err("unexpected text after the closing quote") }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink, process::Command};

    use super::{MAX_SIZE, parse, read};

    #[test]
    fn values_are_taken_as_they_stand() {
        let text = "\u{feff}# comment\n\n A=1 \nexport B = two words # comment\nC='${HOME} # \\n'\n\
            D=\"a \\\"b\\\" \\\\ \\$x\\n\" # comment\nE=${AWS_SECRET}\nF=\nG=a#b\r\nexported=1\nH=#x\nI=k:s==\n";
        let values = parse(text).unwrap();
        let wanted = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "${HOME} # \\n"),
            ("D", "a \"b\" \\ $x\n"),
            ("E", "${AWS_SECRET}"),
            ("F", ""),
            ("G", "a#b"),
            ("exported", "1"),
            ("H", ""),
            ("I", "k:s=="),
        ];
        assert_eq!(values.len(), wanted.len());
        for (name, value) in wanted {
            assert_eq!(values[name], value, "{name}");
        }
    }

    #[test]
    fn a_wrong_line_is_named_by_its_number_and_not_repeated() {
        for wrong in [
            "hush",
            "=hush",
            "A B=hush",
            "1A=hush",
            "A=\"hush",
            "A='hush",
            "A='a'hush",
            "A=\"a\"#hush",
            "A=\"\\hush\"",
            "A=hush\0",
            "export A",
            "OK=hush",
        ] {
            let (line, message) = parse(&format!("OK=1\n\n{wrong}\n")).unwrap_err();
            assert!(line == 3 && !message.contains("hush"), "{wrong}: {line}: {message}");
        }
    }

    #[test]
    fn only_a_regular_file_of_reasonable_size_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("good"), "A=1").unwrap();
        symlink(path("good"), path("link")).unwrap();
        assert_eq!(read(&path("link")).unwrap()["A"], "1");
        assert!(Command::new("mkfifo").arg(path("fifo")).status().unwrap().success());
        fs::write(path("large"), vec![b'#'; usize::try_from(MAX_SIZE).unwrap() + 1]).unwrap();
        fs::write(path("binary"), b"A=\xff").unwrap();
        for (name, wanted) in [
            ("fifo", "not a regular file"),
            (".", "not a regular file"),
            ("large", "larger than"),
            ("binary", "not valid UTF-8"),
            ("missing", "No such file"),
        ] {
            let message = read(&path(name)).unwrap_err();
            assert!(message.contains(wanted), "{message}");
        }
        for device in ["/dev/zero", "/dev/tty"] {
            assert!(read(device.as_ref()).is_err(), "{device}");
        }
    }
}
