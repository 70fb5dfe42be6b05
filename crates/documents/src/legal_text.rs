//! A guideline or law as lines, one heading or paragraph each: plain text, or the law XML of e-Gov (法令標準XML).

use crate::encoding;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Why a file is no legal text. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LegalTextError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {0} MiB")]
    TooLarge(usize),
    #[error("this is a Word, Excel or zip file; save it as text (UTF-8 or Shift_JIS) first")]
    Packed,
    #[error("line {line}: this is neither UTF-8 nor Shift_JIS text; save the whole file in one of them")]
    NotText { line: usize },
    #[error("line {line}: the XML is broken: {message}")]
    BrokenXml { line: usize, message: String },
    #[error("the XML holds no <Law>; law XML of e-Gov is wanted")]
    NoLaw,
    #[error("this is a web page (HTML); copy its text into a text file first")]
    Html,
}

/// The largest law has some four megabytes.
const MAX_MIB: usize = 32;
/// A law's elements nest some twenty deep.
const DEPTH: usize = 100;

/// Reads a file by its content, whatever its name; lines end in `\n`.
pub fn read(bytes: &[u8]) -> Result<String, LegalTextError> {
    if bytes.len() > MAX_MIB * 1024 * 1024 {
        return Err(LegalTextError::TooLarge(MAX_MIB));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(LegalTextError::Packed);
    }
    let (text, _) = encoding::decode(bytes).map_err(|_| LegalTextError::NotText { line: first_broken_line(bytes) })?;
    if text.trim().is_empty() {
        return Err(LegalTextError::Empty);
    }
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let begins_with = |tag: &str| begins.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    if begins_with("<!doctype html") || begins_with("<html") {
        return Err(LegalTextError::Html);
    }
    // Law XML itself, or an answer of e-Gov's API around it, with or without a declaration.
    if begins_with("<?xml") || begins_with("<Law") || (begins.starts_with('<') && begins.contains("<Law")) {
        return law(begins);
    }
    let text = writable(&text.replace("\r\n", "\n").replace('\r', "\n"));
    if text.trim().is_empty() { Err(LegalTextError::Empty) } else { Ok(text) }
}

/// Without page breaks and other signs no document can hold.
fn writable(text: &str) -> String {
    let holds = |c: &char| matches!(c, '\t' | '\n') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars().filter(holds).collect()
}

/// The 1-based line of a byte.
fn line_at(bytes: &[u8], position: usize) -> usize {
    bytes[..position].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The first line that is no UTF-8: where a file of mixed encodings changes.
fn first_broken_line(bytes: &[u8]) -> usize {
    let text = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let valid = std::str::from_utf8(&bytes[..text]).map_or_else(|error| error.valid_up_to(), str::len);
    line_at(bytes, valid)
}

/// Elements whose text goes before the sentence that follows, on the same line.
fn is_label(name: &str) -> bool {
    matches!(name, "ArticleTitle" | "ParagraphNum" | "ItemTitle")
        || (name.starts_with("Subitem") && name.ends_with("Title"))
}

/// The table of contents, which says the headings twice, and readings (ruby).
fn is_skipped(name: &str) -> bool {
    matches!(name, "TOC" | "Rt")
}

/// Elements that end a line.
fn ends_line(name: &str) -> bool {
    matches!(
        name,
        "LawNum"
            | "LawTitle"
            | "ArticleCaption"
            | "ParagraphCaption"
            | "ParagraphSentence"
            | "ItemSentence"
            | "TableRow"
            | "TableHeaderRow"
            | "SupplProvisionLabel"
            | "AppdxTableTitle"
            | "RelatedArticleNum"
            | "TOCLabel"
            | "Remarks"
            | "EnactStatement"
            | "ListSentence"
    ) || (name.starts_with("Subitem") && name.ends_with("Sentence"))
        || ["Part", "Chapter", "Section", "Subsection", "Division"].iter().any(|part| name == format!("{part}Title"))
}

/// The lines of a law.
fn law(xml: &str) -> Result<String, LegalTextError> {
    let mut reader = Reader::from_str(xml);
    let broken = |reader: &Reader<&[u8]>, message: String| {
        let read = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(xml.len());
        LegalTextError::BrokenXml { line: line_at(xml.as_bytes(), read), message }
    };
    let (mut lines, mut line) = (String::new(), String::new());
    let mut open: Vec<String> = Vec::new();
    // How many open elements say nothing of their own.
    let mut skipped = 0;
    // Nothing around the law is part of it: an answer of the API says who asked what.
    let (mut found, mut inside) = (false, 0);
    let finish = |lines: &mut String, line: &mut String| {
        if !line.trim().is_empty() {
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        line.clear();
    };
    loop {
        match reader.read_event() {
            Err(error) => return Err(broken(&reader, error.to_string())),
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                let name = start.local_name().as_ref().to_owned();
                found |= name == "Law";
                inside += usize::from(name == "Law");
                // A sentence of several columns: 法令　法律、法律に基づく命令…
                let column =
                    matches!(name.as_str(), "Column" | "TableColumn") && !line.is_empty() && !line.ends_with('　');
                if column {
                    line.push('　');
                }
                if open.len() >= DEPTH {
                    return Err(broken(&reader, format!("more than {DEPTH} elements in each other")));
                }
                skipped += usize::from(is_skipped(&name));
                open.push(name);
            }
            Ok(Event::End(_)) => {
                let Some(name) = open.pop() else { continue };
                skipped -= usize::from(is_skipped(&name));
                inside -= usize::from(name == "Law");
                if is_label(&name) && !line.is_empty() {
                    line.push('　');
                } else if ends_line(&name) {
                    finish(&mut lines, &mut line);
                }
            }
            Ok(Event::Text(text)) => {
                if inside > 0 && skipped == 0 {
                    line.push_str(text.trim_matches(['\n', '\r', ' ', '\t']));
                }
            }
            Ok(Event::GeneralRef(entity)) => {
                let named = match entity.as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => entity.resolve_char_ref().ok().flatten(),
                };
                // Entities a file defines for itself are not followed: they could unfold without end.
                let named = named.ok_or_else(|| broken(&reader, "an entity that is not known".to_owned()))?;
                if inside > 0 && skipped == 0 {
                    line.push(named);
                }
            }
            Ok(_) => {}
        }
    }
    finish(&mut lines, &mut line);
    let lines = writable(&lines);
    match (found, open.is_empty(), lines.trim().is_empty()) {
        (false, ..) => Err(LegalTextError::NoLaw),
        (_, false, _) => Err(broken(&reader, "the file ends before its elements are closed".to_owned())),
        (_, _, true) => Err(LegalTextError::Empty),
        _ => Ok(lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn law_xml_becomes_lines() {
        let xml = "<?xml version=\"1.0\"?><Law><LawNum>令和元年法律第一号</LawNum><LawBody><LawTitle>見本法</LawTitle><TOC><TOCLabel>目次</TOCLabel></TOC><MainProvision><Chapter><ChapterTitle>第一章　総則</ChapterTitle><Article><ArticleCaption>（目的）</ArticleCaption><ArticleTitle>第一条</ArticleTitle><Paragraph><ParagraphNum/><ParagraphSentence><Sentence>この法律は、<Ruby>研鑽<Rt>けんさん</Rt></Ruby>を目的とする。</Sentence><Sentence Function=\"proviso\">ただし、A&amp;Bを除く。</Sentence></ParagraphSentence><Item><ItemTitle>一</ItemTitle><ItemSentence><Column><Sentence>法令</Sentence></Column><Column><Sentence>法律をいう。</Sentence></Column></ItemSentence></Item></Paragraph><Paragraph><ParagraphNum>２</ParagraphNum><ParagraphSentence><Sentence>前項による。</Sentence></ParagraphSentence></Paragraph></Article></Chapter></MainProvision></LawBody></Law>";
        assert_eq!(
            read(xml.as_bytes()).unwrap(),
            "令和元年法律第一号\n見本法\n第一章　総則\n（目的）\n第一条　この法律は、研鑽を目的とする。ただし、A&Bを除く。\n一　法令　法律をいう。\n２　前項による。\n"
        );
    }

    #[test]
    fn an_answer_of_the_api_is_the_law_in_it() {
        let law = "<Law><LawBody><LawTitle>見本法</LawTitle><Article><ArticleTitle>第一条</ArticleTitle><Paragraph><ParagraphSentence>三月とする。</ParagraphSentence></Paragraph></Article></LawBody></Law>";
        let answer = format!(
            "<law_data_response><law_info><law_type>Act</law_type></law_info><law_full_text>{law}</law_full_text><updated>2027</updated></law_data_response>"
        );
        let expected = "見本法\n第一条　三月とする。\n";
        assert_eq!(read(answer.as_bytes()).unwrap(), expected);
        assert_eq!(read(format!("\u{feff}{law}").as_bytes()).unwrap(), expected);
        let utf16 = encoding::encode(&answer, encoding::Encoding::Utf16).0;
        assert_eq!(read(&utf16).unwrap(), expected);
        let page = "<!DOCTYPE html><html><body>第一条</body></html>";
        assert_eq!(read(page.as_bytes()), Err(LegalTextError::Html));
    }

    #[test]
    fn what_is_no_legal_text_says_so() {
        let bomb = b"<?xml version=\"1.0\"?><!DOCTYPE Law [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><Law><LawTitle>&b;</LawTitle></Law>";
        let deep = format!("<Law>{}", "<a>x".repeat(10_000)).into_bytes();
        let mixed = ["１ 目的\n".as_bytes(), b"\x96\xda\x93I\xff\xff"].concat();
        for (bytes, expected) in [
            (&b""[..], "empty"),
            (b"\x12\n", "empty"),
            (&deep, "in each other"),
            (b"PK\x03\x04word", "Word"),
            (b"\xff\xfe\x00", "line 1: this is neither"),
            (&mixed, "line 2: this is neither"),
            (b"<?xml version=\"1.0\"?><html></html>", "no <Law>"),
            (b"<?xml version=\"1.0\"?><Law><LawTitle>x</Law>", "is broken"),
            (b"<Law><LawTitle>x", "is broken"),
            (bomb, "entity"),
        ] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(read("１ 目的\u{c}\u{b}".as_bytes()).unwrap(), "１ 目的", "no sign that a Word file cannot hold");
        assert_eq!(read("１ 目的\r\n研修".as_bytes()).unwrap(), "１ 目的\n研修");
    }
}
